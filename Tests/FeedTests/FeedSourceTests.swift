import Testing

@testable import Feed

@Suite("Feed sources as text")
struct FeedSourceTests {
    @Test(
        "all five forms are parsed and written",
        arguments: [
            ("synthetic", .synthetic), ("host", .host), ("stdin", .standardInput), ("external", .external),
            ("replay:feeds/host.ndjson", .replay(path: "feeds/host.ndjson")), ("replay:a:b", .replay(path: "a:b")),
        ] as [(String, FeedSource)])
    func forms(text: String, source: FeedSource) throws {
        #expect(try FeedSource(text) == source)
        #expect(source.text == text)
    }

    @Test(
        "other texts are rejected, and the error lists the allowed forms",
        arguments: ["", "Synthetic", "replay", "replay:", "file:x", "host "])
    func refused(text: String) {
        #expect(throws: FeedSourceError(seen: text)) { try FeedSource(text) }
        let sentence = "feed is \"\(text)\"; allowed synthetic, host, replay:FILE, stdin, external"
        #expect(FeedSourceError(seen: text).description.hasPrefix(sentence))
    }

    @Test(
        "a name that is close and the name of a file lead to a suggestion",
        arguments: [
            ("Synthetic", "; did you mean synthetic?"), ("a/b.txt", "; did you mean replay:a/b.txt?"), ("", ""),
        ])
    func suggestions(text: String, suggestion: String) {
        #expect(FeedSourceError(seen: text).description.hasSuffix("external\(suggestion)"))
    }
}

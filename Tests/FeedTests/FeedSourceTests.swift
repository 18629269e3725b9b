import Testing

@testable import Feed

@Suite("Feed sources as text")
struct FeedSourceTests {
    @Test(
        "all five forms without a stream are parsed and written",
        arguments: [
            ("synthetic", .synthetic), ("host", .host), ("stdin", .standardInput), ("external", .external),
            ("replay:feeds/host.ndjson", .replay(path: "feeds/host.ndjson")), ("replay:a:b", .replay(path: "a:b")),
        ] as [(String, FeedSource)])
    func forms(text: String, source: FeedSource) throws {
        #expect(try FeedSource(text) == source)
        #expect(source.text == text)
    }

    @Test("a Redis stream is parsed, and written with its port")
    func stream() throws {
        let source = try FeedSource("redis://localhost/prices")
        #expect(source == .redis(try RedisStream("redis://localhost:6379/prices")))
        #expect(source.text == "redis://localhost:6379/prices")
        #expect(try FeedSource(source.text) == source)
    }

    @Test(
        "other texts are rejected, and the error lists the allowed forms",
        arguments: ["", "Synthetic", "replay", "replay:", "file:x", "host "])
    func refused(text: String) {
        #expect(throws: FeedSourceError(seen: text)) { try FeedSource(text) }
        let sentence = "feed is \"\(text)\"; allowed synthetic, host, replay:FILE, stdin, external, "
        #expect(FeedSourceError(seen: text).description.hasPrefix(sentence))
    }

    @Test(
        "a name that is close and the name of a file lead to a suggestion",
        arguments: [
            ("Synthetic", "; did you mean synthetic?"), ("a/b.txt", "; did you mean replay:a/b.txt?"), ("", ""),
        ])
    func suggestions(text: String, suggestion: String) {
        #expect(FeedSourceError(seen: text).description.hasSuffix("external, redis://HOST:PORT/STREAM\(suggestion)"))
    }

    @Test("a wrong stream is an error about the stream")
    func wrongStream() {
        #expect(throws: FeedSourceError(seen: "redis://a:0/b", stream: .port(0))) { try FeedSource("redis://a:0/b") }
        #expect(
            FeedSourceError(seen: "redis://a:0/b", stream: .port(0)).description
                == "feed has port 0; allowed 1 to 65535")
    }
}

import Testing

@testable import Lab

@Suite("What the feed of a server is called that was there before the run")
struct LoadedFeedTests {
    @Test(
        "the server's own text, made safe for file names",
        arguments: [
            (nil, "external"), ("", "external"), ("synthetic", "synthetic"), ("host", "host"), ("stdin", "stdin"),
            ("external", "external"), ("replay:/a/b_c/host.ndjson", "replay-host"), ("replay:x_y", "replay-x-y"),
            ("a feed/of another", "a-feed-of-another"),
            (String(repeating: "x", count: 300), String(repeating: "x", count: 64)),
        ] as [(String?, String)])
    func names(told: String?, name: String) {
        #expect(LoadedFeed.name(told: told) == name)
    }
}

import Testing

@testable import Lab

@Suite("The scenario text of a load run")
struct RunnerLoadTests {
    @Test("it is the command line without the options that differ between processes of one experiment")
    func scenarioText() {
        let words = ["pushlab", "load", "--out", "a", "--seed=2", "--url", "http://h:1", "--seed", "3"]
        #expect(Runner.scenarioText(words) == "load --url http://h:1\n")
    }
}

@Suite("The feed name of a server that already runs")
struct LoadedFeedTests {
    @Test(
        "it is the server's own name for it, made safe for file names",
        arguments: [
            (nil, "external"), ("", "external"), ("synthetic", "synthetic"), ("host", "host"), ("stdin", "stdin"),
            ("external", "external"), ("replay:/a/b_c/host.ndjson", "replay-host"), ("replay:x_y", "replay-x-y"),
            ("a feed/of another", "a-feed-of-another"),
            (String(repeating: "x", count: 300), String(repeating: "x", count: 64)),
        ] as [(String?, String)])
    func names(reported: String?, name: String) {
        #expect(LoadedFeed.name(reported: reported) == name)
    }
}

import Testing

@testable import Lab

@Suite("A load names what it measures")
struct LoadRunTests {
    @Test(
        "the feed is called as the server calls it; a server that does not tell has an external one",
        arguments: [
            ("synthetic", "synthetic"), ("host", "host"), ("external", "external"), ("", "external"),
            ("replay:feeds/host.ndjson", "replay-host"), ("replay:plain", "replay-plain"), ("replay:.x", "replay-.x"),
            ("a/../b\u{1F}_c", "a-..-b--c"), ("replay:", "replay"),
        ])
    func feedNames(text: String, name: String) {
        #expect(LoadRun.feedName(text) == name)
        #expect(!LoadRun.feedName(String(repeating: "x", count: 9_999)).isEmpty)
    }

    @Test("the scenario's text is the command line without what differs between processes of one experiment")
    func scenarioText() {
        let words = ["pushlab", "load", "--out", "a", "--seed=2", "--url", "http://h:1", "--seed", "3"]
        #expect(LoadRun.scenarioText(words) == "load --url http://h:1\n")
    }
}

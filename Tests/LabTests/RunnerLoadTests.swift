import Testing

@testable import Lab

@Suite("The text of a load")
struct RunnerLoadTests {
    @Test("the scenario's text is the command line without what differs between processes of one experiment")
    func scenarioText() {
        let words = ["pushlab", "load", "--out", "a", "--seed=2", "--url", "http://h:1", "--seed", "3"]
        #expect(Runner.scenarioText(words) == "load --url http://h:1\n")
    }
}

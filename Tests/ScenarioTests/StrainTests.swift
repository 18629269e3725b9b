import Measurement
import Testing
import Transports

@testable import Scenario

@Suite("Fields on clients that leave, restarts and slow clients")
struct StrainTests {
    @Test("without these fields a case has no strain and keeps its name")
    func none() throws {
        let first = try #require(try read(minimal).cases.first)
        #expect(first.strain == Scenario.Strain())
        #expect(!first.id.contains("lifetime"))
    }

    @Test("a time is the mean of an exponential lifetime; lists sweep and name their cases")
    func lifetime() throws {
        let cases = try read(minimal, overrides: ["lifetime=[2s, 10s]"]).cases
        #expect(cases.map(\.strain.lifetime?.mean) == [.seconds(2), .seconds(10)])
        #expect(cases[0].strain.lifetime?.distribution == "exponential")
        #expect(cases[0].id.contains("_lifetime-2s_"))
        #expect(cases[0].axes == [CaseFact("lifetime.mean", "2s")])
        let group = "lifetime={mean: 5s, distribution: [uniform, constant], away: 100ms}"
        #expect(
            try read(minimal, overrides: [group]).cases.map(\.strain.lifetime) == [
                Scenario.Lifetime(mean: .seconds(5), distribution: "uniform", away: .milliseconds(100)),
                Scenario.Lifetime(mean: .seconds(5), distribution: "constant", away: .milliseconds(100)),
            ])
    }

    @Test("a restart has defaults, and its fields sweep")
    func reconnect() throws {
        let restart = try #require(try read(minimal, overrides: ["reconnect={after: 3s}"]).cases[0].strain.restart)
        #expect(restart.down == .seconds(1) && restart.keepsHistory)
        #expect(restart.policy.wait == .milliseconds(50) && restart.policy.backsOff && restart.policy.hasJitter)
        let cases = try read(minimal, overrides: ["reconnect={after: 3s, jitter: [true, false]}"]).cases
        #expect(cases.map(\.strain.restart?.policy.hasJitter) == [true, false])
        #expect(cases[1].id.contains("restart-3s-wait-50ms-no-jitter"))
    }

    @Test("slow clients are at least one; 0% means no such client")
    func slow() throws {
        let cases = try read(minimal, overrides: ["slow-clients=[0%, 5%]", "clients=100", "history=50"]).cases
        #expect(cases.map { $0.strain.slow?.count(beside: 100) } == [nil, 5])
        #expect(cases.map(\.strain.history) == [50, 50])
        #expect(cases[1].strain.slow?.count(beside: 2) == 1)
    }

    @Test(
        "what cannot be measured is refused in one sentence",
        arguments: [
            ("lifetime: 10ms", "lifetime is 10 ms; allowed 100 ms to 1 h"),
            ("lifetime: {away: 1s}", "lifetime lacks the required field mean"),
            (
                "lifetime: {mean: 1s, distribution: normal}",
                "distribution is \"normal\"; allowed exponential, uniform, constant"
            ),
            ("reconnect: 5s", "reconnect is \"5s\"; write a group of fields, such as {after: 5s}"),
            (
                "reconnect: {after: 9s, down: 2s}",
                "reconnect ends 11 s after the start of the measurement, which takes 10 s; allowed is an end before it"
            ),
            ("reconnect: {after: 1s, history: gone}", "history is \"gone\"; allowed kept, lost"),
            ("slow-clients: 5", "slow-clients: \"5\" has no unit; write a number followed by %"),
            ("slow-read: 8kbit/s", "slow-read does not apply: there are no slow-clients"),
            ("slow-subscriber: drop", "slow-subscriber is \"drop\"; allowed disconnect, skip"),
            ("history: 0", "history is 0; allowed 1 to 1000000"),
        ])
    func mistakes(line: String, message: String) {
        let text = "name: a\ntransports: [{use: websocket}]\nfeeds: [{source: synthetic}]\n\(line)"
        #expect(messages(text) == ["Scenarios/idle.yaml:4: \(message)"])
    }

    @Test(
        "some transports cannot be measured so",
        arguments: [
            (
                "{use: sse, http: 2}", "lifetime: 1s",
                "lifetime over HTTP/2 is measured for websocket only: with requests the server counts the frames, and "
                    + "lacks those on their way when a connection ends; set http: 1.1"
            ),
            (
                "{use: websocket, http: 2}", "reconnect: {after: 1s}",
                "reconnect is measured over HTTP/1.1 only: the server does not count HTTP/2 connections that end "
                    + "before they carry the feed; set http: 1.1"
            ),
            (
                "{use: websocket, http: 2-shared}", "slow-clients: 5%",
                "slow-clients does not apply to http: 2-shared, where all clients read one connection; set http: 2"
            ),
            (
                "{use: sse, through: nginx}", "reconnect: {after: 1s}",
                "reconnect is a restart of the server, not of nginx; remove through"
            ),
            (
                "{use: sse, through: apache}", "reconnect: {after: 1s}",
                "reconnect is a restart of the server, not of apache; remove through"
            ),
        ])
    func conflicts(use: String, line: String, message: String) {
        let text = "name: a\ntransports: [\(use)]\nfeeds: [{source: synthetic}]\n\(line)"
        #expect(messages(text) == ["Scenarios/idle.yaml:4: \(message)"])
    }
}

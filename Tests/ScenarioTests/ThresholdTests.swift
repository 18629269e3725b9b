import Expressions
import Testing

@testable import Scenario

@Suite("Thresholds of a scenario")
struct ThresholdTests {
    @Test("one condition or a list")
    func reading() throws {
        let one = try read(minimal + "thresholds: short-poll.latency_p99_us < 2s")
        #expect(one.thresholds.map(\.text) == ["short-poll.latency_p99_us < 2s"])
        #expect(try read(minimal + "thresholds: [missed == 0, errors == 0]").thresholds.count == 2)
        #expect(try read(minimal).thresholds.isEmpty)
    }

    @Test(
        "mistakes name the line and what is allowed",
        arguments: [
            (
                "latency_p99_us < 5",
                "thresholds has \"latency_p99_us < 5\" at \"< 5\": latency_p99_us is a time; write 5us"
            ),
            ("latency_p9_us < 5ms", "did you mean latency_p"),
            ("websocket.missed == 0", "no case is named websocket; allowed short-poll and the ids of cases"),
            ("1 < 2", "it names no column"),
            ("[]", "thresholds is an empty list"),
        ])
    func faults(text: String, expected: String) {
        let found = messages(minimal + "thresholds: \(text)")
        #expect(found.count == 1 && found.first?.contains(expected) == true, "\(found)")
        #expect(found.first?.hasPrefix("Scenarios/idle.yaml:4: ") == true)
    }

    @Test(
        "cases that cannot be compared are refused, with the fields that differ",
        arguments: [
            ("clients: 5", "clients"), ("duration: 7s", "duration"), ("lifetime: {mean: 2s}", "lifetime.mean"),
            ("network: lte, slow-clients: 5%", "network, slow-clients"),
        ])
    func incomparable(own: String, fields: String) {
        let text = minimal.replacing("{use: short-poll}", with: "{use: short-poll}, {use: sse, with: {\(own)}}")
        let found = messages(text + "thresholds: sse.missed > short-poll.missed")
        let sentence = "it compares cases that differ not only in the transport, but also in \(fields)"
        #expect(found.first?.contains(sentence) == true, "\(found)")
        #expect(found.first?.hasSuffix("; use their ids") == true)
    }

    @Test("of several cases, the two that are most alike name the fields; a case alone has nothing to compare with")
    func alike() {
        let swept =
            "clients: [10, 20]\n"
            + minimal.replacing(
                "{use: short-poll}", with: "{use: short-poll}, {use: sse, with: {clients: 10, duration: 7s}}")
        let sentence = messages(swept + "thresholds: sse.missed > short-poll.missed").first
        #expect(sentence?.contains("but also in duration; use their ids") == true, "\(sentence ?? "")")
        let alone = messages(minimal + "thresholds: missed > short-poll.missed").first
        #expect(alone?.contains("there is no other case to compare with short-poll") == true, "\(alone ?? "")")
    }
}

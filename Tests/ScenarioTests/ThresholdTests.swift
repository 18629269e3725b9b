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

    @Test("cases that cannot be compared are refused")
    func incomparable() {
        let text = minimal.replacing("{use: short-poll}", with: "{use: short-poll}, {use: sse, with: {clients: 5}}")
        #expect(
            messages(text + "thresholds: sse.missed > short-poll.missed").first?
                .contains("it compares cases that differ in feed, clients or network; use their ids") == true)
    }
}

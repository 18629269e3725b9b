import Measurement
import Testing

@testable import LoadGenerator

@Suite("A load process that stands still")
struct HeartbeatTests {
    private static func at(_ milliseconds: Int64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: milliseconds * 1_000_000)
    }

    @Test(
        "a gap above 250 ms within the window, from 1,000 to 4,000 ms, is reported",
        arguments: [
            ([0, 990, 1_240, 1_490], nil), ([0, 950, 1_201], nil), ([0, 1_000, 1_251], 251), ([0, 600, 4_900], 3_000),
            ([3_700, 9_000], 300), ([3_800, 9_000], nil), ([0, 900], nil), ([4_100, 9_000], nil),
            ([1_000, 2_000, 3_000, 2_500, 3_050], 1_000),
        ] as [([Int64], Int64?)])
    func gaps(beats: [Int64], longest: Int64?) {
        var heartbeat = Heartbeat(windowStart: Self.at(1_000), windowEnd: Self.at(4_000), from: Self.at(beats[0]))
        for beat in beats.dropFirst() { heartbeat.beat(at: Self.at(beat)) }
        #expect(
            heartbeat.objection
                == longest.map { "the load process stood still for \($0) ms of the window; at most 250 ms are allowed" }
        )
    }

    @Test("counters read more than 250 ms late are reported")
    func readings() {
        #expect(Heartbeat.objection(toReadingLateBy: .milliseconds(250)) == nil)
        #expect(
            Heartbeat.objection(toReadingLateBy: .milliseconds(1_990))
                == "the load process read its counters 1990 ms late; at most 250 ms are allowed")
    }
}

@Suite("Rules for a server's answers")
struct AnswerRulesTests {
    private let now = MonotonicInstant(nanoseconds: 60_000_000_000)

    @Test(
        "response headers are due one second after the request, plus its hold time",
        arguments: [
            (Duration.milliseconds(999), Duration.zero, false), (.seconds(1), .zero, true),
            (.seconds(25), .seconds(25), false), (.seconds(26), .seconds(25), true),
        ])
    func headers(waited: Duration, hold: Duration, isOverdue: Bool) {
        var rules = AnswerRules()
        rules.awaitsHeaders(since: now - waited, hold: hold, at: now)
        #expect(rules.objections.isEmpty != isOverdue)
    }

    @Test(
        "an empty answer is early before half of the request's hold time",
        arguments: [
            (Duration.zero, Duration.seconds(25), true), (.milliseconds(12_499), .seconds(25), true),
            (.milliseconds(12_500), .seconds(25), false), (.zero, .zero, false),
        ])
    func early(elapsed: Duration, hold: Duration, isEarly: Bool) {
        #expect(AnswerRules.isEarly(elapsed, hold: hold) == isEarly)
    }

    @Test("each broken rule gives one sentence with a number")
    func sentences() {
        var rules = AnswerRules()
        #expect(rules.objections == [])
        for _ in 0..<3 { rules.awaitsHeaders(since: now - .seconds(4), hold: .zero, at: now) }
        for _ in 0..<2 { rules.answeredEarly() }
        rules.waitsForEndOfFirstItem()
        #expect(
            rules.objections == [
                "3 clients received no response headers in time; the longest wait was 4000 ms, allowed is 1 s "
                    + "beyond the hold time",
                "2 polls got an empty answer before half of their hold time",
                "1 clients received only part of their first item",
            ])
    }
}

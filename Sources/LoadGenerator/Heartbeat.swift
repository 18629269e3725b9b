import Measurement

/// Detects that the loop which drives the clients stood still, so that arrivals were read late.
struct Heartbeat {
    /// The loop calls ``beat(at:)`` at least this often.
    static let period = Duration.milliseconds(50)
    /// A longer gap within the window makes its times invalid.
    static let allowedGap = Duration.milliseconds(250)

    private let windowStart: MonotonicInstant
    private let windowEnd: MonotonicInstant
    private var last: MonotonicInstant
    /// The longest gap; only the part within the window counts.
    private(set) var longestGap = Duration.zero

    /// - Parameters:
    ///   - windowStart: Gaps before it do not count.
    ///   - windowEnd: Gaps after it do not count.
    ///   - start: When the loop should start.
    init(windowStart: MonotonicInstant, windowEnd: MonotonicInstant, from start: MonotonicInstant) {
        self.windowStart = windowStart
        self.windowEnd = windowEnd
        last = start
    }

    mutating func beat(at now: MonotonicInstant) {
        defer { last = max(last, now) }
        // The usual case: two beats close together.
        if now - last <= Self.allowedGap { return }
        let gap = min(now, windowEnd) - max(last, windowStart)
        longestGap = max(longestGap, gap)
    }

    /// A sentence if the loop stood still for too long.
    var objection: String? { Self.objection(to: longestGap) { "the load process stood still for \($0) of the window" } }

    /// A sentence if the counters were read too late, at the start or the end of the window.
    static func objection(toReadingLateBy lateness: Duration) -> String? {
        objection(to: lateness) { "the load process read its counters \($0) late" }
    }

    private static func objection(to length: Duration, _ sentence: (String) -> String) -> String? {
        guard length > allowedGap else { return nil }
        return sentence("\(length.nanoseconds / 1_000_000) ms")
            + "; at most \(allowedGap.nanoseconds / 1_000_000) ms are allowed"
    }
}

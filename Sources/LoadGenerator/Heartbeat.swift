import Measurement

/// Notices that the loop which drives the clients stood still: what arrived meanwhile was read late.
struct Heartbeat {
    /// The loop is to beat at least this often.
    static let period = Duration.milliseconds(50)
    /// A longer gap within the window spoils its times.
    static let allowedGap = Duration.milliseconds(250)

    private let windowStart: MonotonicInstant
    private let windowEnd: MonotonicInstant
    private var last: MonotonicInstant
    /// The longest part of a gap that lay within the window.
    private(set) var longestGap = Duration.zero

    /// - Parameters:
    ///   - windowStart: Gaps before it do not matter.
    ///   - windowEnd: Nor do those after it.
    ///   - start: When the loop is to begin.
    init(windowStart: MonotonicInstant, windowEnd: MonotonicInstant, from start: MonotonicInstant) {
        self.windowStart = windowStart
        self.windowEnd = windowEnd
        last = start
    }

    mutating func beat(at now: MonotonicInstant) {
        defer { last = max(last, now) }
        // Usual: two beats that are close together.
        if now - last <= Self.allowedGap { return }
        let gap = min(now, windowEnd) - max(last, windowStart)
        longestGap = max(longestGap, gap)
    }

    /// One sentence if the loop stood still for too long.
    var objection: String? { Self.objection(to: longestGap) { "the load process stood still for \($0) of the window" } }

    /// One sentence if the window's counters were read too late, at its beginning or at its end.
    static func objection(toReadingLateBy lateness: Duration) -> String? {
        objection(to: lateness) { "the load process read its counters \($0) late" }
    }

    private static func objection(to length: Duration, _ sentence: (String) -> String) -> String? {
        guard length > allowedGap else { return nil }
        return sentence("\(length.nanoseconds / 1_000_000) ms")
            + "; at most \(allowedGap.nanoseconds / 1_000_000) ms are allowed"
    }
}

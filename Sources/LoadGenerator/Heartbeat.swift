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
    ///   - start: When the loop begins.
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
    var objection: String? {
        guard longestGap > Self.allowedGap else { return nil }
        return "the load process stood still for \(longestGap.nanoseconds / 1_000_000) ms of the window; "
            + "at most \(Self.allowedGap.nanoseconds / 1_000_000) ms are allowed"
    }
}

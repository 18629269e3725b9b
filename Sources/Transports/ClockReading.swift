/// The response to `GET /clock`: what the server's clock shows, so that clients on other hosts can compare theirs.
package struct ClockReading: Codable, Equatable, Sendable {
    /// Identity of the clock, as in ``ServerStatus``.
    package var clock: String?
    /// `CLOCK_MONOTONIC`, ns.
    package var monotonicNanoseconds: Int64
    /// How far the server's wall clock is ahead of it, ns.
    package var wallAheadNanoseconds: Int64?

    package enum CodingKeys: String, CodingKey {
        case clock
        case monotonicNanoseconds = "monotonic_ns"
        case wallAheadNanoseconds = "wall_ahead_ns"
    }

    package init(clock: String?, monotonicNanoseconds: Int64, wallAheadNanoseconds: Int64? = nil) {
        self.clock = clock
        self.monotonicNanoseconds = monotonicNanoseconds
        self.wallAheadNanoseconds = wallAheadNanoseconds
    }

    private static let latestInstant = Int64(1) << 61

    /// Whether no difference of its numbers overflows.
    package var isWithinRange: Bool {
        (0...Self.latestInstant).contains(monotonicNanoseconds)
            && (-Self.latestInstant...Self.latestInstant).contains(wallAheadNanoseconds ?? 0)
    }
}

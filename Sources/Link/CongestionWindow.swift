/// How many segments one direction may have in flight (RFC 5681).
///
/// It counts segments, as Linux does. A loss costs a retransmission timeout here, never a fast retransmit: a feed of
/// items seldom has the three segments in flight behind a lost one that a fast retransmit needs.
struct CongestionWindow: Sendable {
    /// RFC 6928 §2.
    static let initialSegments = 10
    /// 4 MiB of segments. Without a bound, a fast sender over a long link would need memory without bound; a real
    /// connection has the bound of the receiver's buffer.
    static let maximumSegments = 2_896

    private(set) var segments: Int
    private let isFixed: Bool
    private var threshold = maximumSegments
    private var acknowledgedInRound = 0

    /// - Parameter slowStart: Whether the window begins small and grows; otherwise it always is the largest.
    init(slowStart: Bool) {
        isFixed = !slowStart
        segments = slowStart ? Self.initialSegments : Self.maximumSegments
    }

    /// A segment was acknowledged.
    ///
    /// - Parameter inFlight: Segments in flight before. The window grows only if the sender used at least half of it
    ///   (RFC 7661 §4.2), so that a slow feed does not collect a large one.
    mutating func acknowledged(inFlight: Int) {
        guard !isFixed, segments < Self.maximumSegments, 2 * inFlight >= segments else { return }
        if segments < threshold {
            // Slow start: doubles per round trip (RFC 5681 §3.1).
            segments += 1
            return
        }
        // Congestion avoidance: one segment more per round trip (RFC 5681 §3.1).
        acknowledgedInRound += 1
        guard acknowledgedInRound >= segments else { return }
        acknowledgedInRound = 0
        segments += 1
    }

    /// The retransmission timeout of a lost segment: half the flight is the new threshold, and the window is one
    /// segment (RFC 5681 §3.1, equation 4).
    mutating func timedOut(inFlight: Int) {
        guard !isFixed else { return }
        threshold = max(inFlight / 2, 2)
        segments = 1
        acknowledgedInRound = 0
    }

    /// Nothing was sent for longer than a retransmission timeout (RFC 5681 §4.1).
    mutating func restart() {
        guard !isFixed else { return }
        segments = min(segments, Self.initialSegments)
    }
}

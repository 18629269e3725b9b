import Measurement

/// What loss costs a segment: the sender repeats it after a retransmission timeout, which doubles for each further loss
/// of the same segment (RFC 6298 §5.5).
///
/// Losses are independent of each other. The timeout is twice the round-trip time, at least 200 ms, the minimum of
/// Linux; RFC 6298 §2.4 recommends 1 s.
struct SegmentLoss: Sendable {
    static let minimumTimeout = Duration.milliseconds(200)
    /// The maximum of Linux; RFC 6298 §2.5 allows one of 60 s or more.
    static let maximumTimeout = Duration.seconds(120)
    /// Linux gives up after 15 (`tcp_retries2`). Here the next one arrives.
    static let maximumLosses = 15

    let timeoutNanoseconds: Int64
    private let probability: Double
    private var generator: SeededGenerator

    init(probability: Double, roundTrip: Duration, _ generator: SeededGenerator) {
        self.probability = probability
        self.generator = generator
        timeoutNanoseconds = min(max(Self.minimumTimeout, roundTrip * 2), Self.maximumTimeout).nanoseconds
    }

    /// The losses of the next segment, and how much later it arrives for them.
    mutating func losses() -> (count: Int, delayNanoseconds: Int64) {
        guard probability > 0 else { return (0, 0) }
        var (count, delay, timeout) = (0, Int64(0), timeoutNanoseconds)
        while count < Self.maximumLosses, generator.uniform() < probability {
            count += 1
            delay += timeout
            timeout = min(2 * timeout, Self.maximumTimeout.nanoseconds)
        }
        return (count, delay)
    }
}

import Measurement

/// The values that a link's settings may have. The model itself works with any value, without a trap.
package enum LinkBounds {
    /// Of both directions together: clients and servers give a handshake of three round trips 10 s.
    package static let roundTrip = Duration.zero...Duration.seconds(3)
    package static let jitter = Duration.zero...Duration.seconds(1)
    /// At 1 kbit/s, one full segment takes 12 s.
    package static let bandwidth = BitRate(bitsPerSecond: 1_000)...BitRate(bitsPerSecond: 100_000_000_000)
    /// From one segment.
    package static let queueBytes = LinkLine.segmentBytes...(64 << 20)
    /// TCP hardly transfers anything above one half.
    package static let loss = Percentage(percent: 0)...Percentage(percent: 50)
    package static let stallStart = Duration.zero...Duration.seconds(86_400)
    package static let stallDuration = Duration.milliseconds(1)...Duration.seconds(3_600)
    /// Of the mean time to a reset or to silence.
    package static let meanTime = Duration.milliseconds(1)...Duration.seconds(86_400)
    package static let bufferedBytes = 1...ResponseHold.maximumBytes
}

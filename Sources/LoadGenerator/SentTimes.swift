import Host
import Measurement

/// Delays of items that carry the time at which they were sent, by the sender's time of day.
///
/// An arrival is on the monotonic clock of this host. The offset between this host's two clocks is read when the
/// clients start. The delays are off by its error, usually below 1 µs, and by the difference between the sender's time
/// of day and this host's, which is 0 for a sender on this host.
struct SentTimes {
    /// A sender may round its time, so an item may arrive this much before it was sent. Beyond it, the clocks differ.
    static let allowedEarliness = Duration.milliseconds(1)
    // Half of the range of 64 bits: differences of such times cannot overflow.
    private static let longestDelay: Int64 = 1 << 62

    private let offset: WallClockOffset
    private var hasTimes = false
    private var earlyItems: UInt64 = 0
    private var earliest = Duration.zero
    private var unusableItems: UInt64 = 0

    init(offset: WallClockOffset) {
        self.offset = offset
    }

    /// Whether any item had a time.
    var areKnown: Bool { hasTimes }

    /// When an item was sent, on this host's monotonic clock.
    ///
    /// - Parameters:
    ///   - unixNanoseconds: The time in the item; `nil` without one.
    ///   - now: When the item arrived.
    /// - Returns: `nil` if the item has no time, or one that no clock shows.
    mutating func sent(_ unixNanoseconds: Int64?, arrived now: MonotonicInstant) -> MonotonicInstant? {
        guard let unixNanoseconds else { return nil }
        hasTimes = true
        guard let sent = offset.instant(atUnix: unixNanoseconds), Self.isPlausible(sent, at: now) else {
            unusableItems += 1
            return nil
        }
        return sent
    }

    private static func isPlausible(_ sent: MonotonicInstant, at now: MonotonicInstant) -> Bool {
        let (delay, overflowed) = now.nanoseconds.subtractingReportingOverflow(sent.nanoseconds)
        return !overflowed && (-longestDelay...longestDelay).contains(delay)
    }

    /// A delay was recorded.
    mutating func recorded(_ delay: Duration) {
        guard delay < Duration.zero - Self.allowedEarliness else { return }
        earlyItems += 1
        earliest = min(earliest, delay)
    }

    /// Why the delays must not be used, one sentence each.
    ///
    /// - Parameters:
    ///   - latency: The delays recorded.
    ///   - offsetAtEnd: The offset between this host's clocks at the end of the run.
    /// - Returns: Empty if they can be used.
    func objections(_ latency: LatencyHistogram, offsetAtEnd: WallClockOffset) -> [String] {
        var sentences: [String] = []
        if earlyItems > 0 {
            sentences.append(
                "\(earlyItems) items arrived before they were sent, by up to \(Self.milliseconds(earliest)) ms: the "
                    + "clocks of the sender and of this host differ; synchronize them")
        }
        if unusableItems > 0 {
            sentences.append("\(unusableItems) items have a time that no clock shows; check its unit")
        }
        if latency.overflowCount > 0 {
            sentences.append(
                "\(latency.overflowCount) items arrived more than 1 h after they were sent; check the unit of their "
                    + "time, and the sender's clock")
        }
        let change = Duration.nanoseconds(abs(offsetAtEnd.nanoseconds - offset.nanoseconds))
        if hasTimes, change > Self.allowedEarliness {
            sentences.append("the time of day of this host was set within the run, by \(Self.milliseconds(change)) ms")
        }
        return sentences
    }

    // Rounded up: 1.2 ms is 2 ms.
    private static func milliseconds(_ time: Duration) -> Int64 {
        (Int64(time.nanoseconds.magnitude) + 999_999) / 1_000_000
    }
}

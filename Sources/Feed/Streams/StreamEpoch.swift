import Measurement

/// The instant from which the due times of a stream count, on the clocks of the program that writes it.
///
/// The key `STREAM:epoch` has its text: `MONOTONIC REALTIME BOOT`, the first two in ns. Readers on the same boot share
/// the writer's monotonic clock, containers included, and use it. Other readers use the time of day, so their delays
/// have the error of both clocks.
package struct StreamEpoch: Equatable, Sendable {
    /// `CLOCK_MONOTONIC` of the writer.
    package let monotonic: MonotonicInstant
    /// `CLOCK_REALTIME` of the writer, ns since 1970-01-01 UTC.
    package let unixNanoseconds: Int64
    /// Identity of the boot that the monotonic clock belongs to.
    package let boot: String

    // Within them, sums with due times and differences of instants fit 64 bits: 73 and 146 years.
    private static let instants = 0...(Int64(1) << 61)
    private static let unixInstants = 0...(Int64(1) << 62)
    private static let longestBoot = 64
    // For a host whose boot is unknown; equal to no other.
    private static let unknownBoot = "-"

    /// - Parameters:
    ///   - monotonic: The epoch on the writer's monotonic clock.
    ///   - unixNanoseconds: The epoch on the writer's time of day, ns.
    ///   - boot: The writer's boot; `nil` if it is unknown.
    package init(monotonic: MonotonicInstant, unixNanoseconds: Int64, boot: String?) {
        (self.monotonic, self.unixNanoseconds, self.boot) = (monotonic, unixNanoseconds, boot ?? Self.unknownBoot)
    }

    /// Reads ``text``.
    ///
    /// - Returns: `nil` for any other text, or instants that are too far from now.
    package init?(_ text: String) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, let monotonic = Self.number(words[0], in: Self.instants),
            let unix = Self.number(words[1], in: Self.unixInstants),
            !words[2].isEmpty, words[2].utf8.count <= Self.longestBoot,
            words[2].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
        else { return nil }
        self.init(
            monotonic: MonotonicInstant(nanoseconds: monotonic), unixNanoseconds: unix, boot: String(words[2]))
    }

    /// The value of the key.
    package var text: String { "\(monotonic.nanoseconds) \(unixNanoseconds) \(boot)" }

    /// The epoch on the clock of a reader.
    ///
    /// - Parameters:
    ///   - boot: The reader's boot; `nil` if it is unknown.
    ///   - now: The reader's monotonic clock.
    ///   - unixNow: The reader's time of day at the same instant, ns.
    /// - Returns: `nil` if the clocks are more than 73 years apart. The epoch may be before the reader's boot.
    package func instant(boot: String?, now: MonotonicInstant, unixNow: Int64) -> MonotonicInstant? {
        if boot == self.boot, boot != Self.unknownBoot { return monotonic }
        let (age, isTooOld) = unixNow.subtractingReportingOverflow(unixNanoseconds)
        let (instant, isTooEarly) = now.nanoseconds.subtractingReportingOverflow(age)
        let limit = Self.instants.upperBound
        if isTooOld || isTooEarly || instant.magnitude > limit { return nil }
        return MonotonicInstant(nanoseconds: instant)
    }

    private static func number(_ word: Substring, in range: ClosedRange<Int64>) -> Int64? {
        // Int64 would also accept a sign.
        guard word.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let value = Int64(word), range.contains(value)
        else { return nil }
        return value
    }
}

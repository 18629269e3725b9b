import Measurement

/// Latency and deliveries second by second, by when items were received: from the clients' start to the last item.
struct TimelineRecorder {
    // Where second 0 begins; those of the warm-up are negative.
    private let zero: MonotonicInstant
    private let lastOfWindow: Int
    private var current: Int
    private var delivered: UInt64 = 0
    private var latency = LatencyHistogram()
    private var seconds: [TimelineSecond] = []

    /// - Parameters:
    ///   - start: In the first row's second.
    ///   - zero: Where the window begins, and second 0.
    ///   - end: Where the window ends; there is a row for each second up to there, silent or not.
    init(from start: MonotonicInstant, zero: MonotonicInstant, until end: MonotonicInstant) {
        self.zero = zero
        // The last row may stand for a part of a second.
        lastOfWindow = Self.second(of: end + .nanoseconds(-1), from: zero)
        current = Self.second(of: start, from: zero)
    }

    /// Books one delivery; its latency is `nil` if it cannot be known.
    ///
    /// Sockets are not read in the order in which their bytes arrived: what arrived just before a second's end and is
    /// booked after another socket's item of the next second counts in that next second. So nothing is left out: the
    /// rows add up to all deliveries.
    mutating func received(at now: MonotonicInstant, latency: Duration?) {
        let second = Self.second(of: now, from: zero)
        if second > current { turn(to: second) }
        delivered += 1
        if let latency { self.latency.record(latency) }
    }

    mutating func finish() -> [TimelineSecond] {
        turn(to: max(lastOfWindow, current) + 1)
        return seconds
    }

    private static func second(of instant: MonotonicInstant, from zero: MonotonicInstant) -> Int {
        let nanoseconds = (instant - zero).nanoseconds
        return Int(nanoseconds >= 0 ? nanoseconds / 1_000_000_000 : (nanoseconds + 1) / 1_000_000_000 - 1)
    }

    // Seconds in which nothing came are rows too: silence is a result.
    private mutating func turn(to second: Int) {
        seconds.append(row(current))
        for silent in current + 1..<max(second, current + 1) {
            seconds.append(
                TimelineSecond(
                    second: silent, delivered: 0, p50Microseconds: nil, p99Microseconds: nil, maxMicroseconds: nil))
        }
        current = second
        delivered = 0
        latency = LatencyHistogram()
    }

    private func row(_ second: Int) -> TimelineSecond {
        TimelineSecond(
            second: second, delivered: delivered, p50Microseconds: latency.percentile(50),
            p99Microseconds: latency.percentile(99), maxMicroseconds: latency.max)
    }
}

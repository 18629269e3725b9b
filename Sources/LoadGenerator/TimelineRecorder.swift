import Measurement

/// Latency and deliveries second by second, by when items were received.
struct TimelineRecorder {
    private let start: MonotonicInstant
    private let end: MonotonicInstant
    private var current = -1
    private var delivered: UInt64 = 0
    private var latency = LatencyHistogram()
    private var seconds: [TimelineSecond] = []

    init(start: MonotonicInstant, end: MonotonicInstant) {
        self.start = start
        self.end = end
    }

    /// Books one delivery; its latency is `nil` if it cannot be known.
    ///
    /// Sockets are not read in the order in which their bytes arrived: what arrived just before a second's end and is
    /// booked after another socket's item of the next second counts in that next second.
    mutating func received(at now: MonotonicInstant, latency: Duration?) {
        guard now >= start, now < end else { return }
        let second = Int((now - start).nanoseconds / 1_000_000_000)
        if second > current { turn(to: second) }
        delivered += 1
        if let latency { self.latency.record(latency) }
    }

    mutating func finish() -> [TimelineSecond] {
        // The last row may stand for a part of a second.
        let rows = ((end - start).nanoseconds + 999_999_999) / 1_000_000_000
        turn(to: max(Int(rows), current + 1))
        return seconds
    }

    // Seconds in which nothing came are rows too: silence is a result.
    private mutating func turn(to second: Int) {
        if current >= 0 { seconds.append(row(current)) }
        for silent in max(0, current + 1)..<max(second, max(0, current + 1)) {
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

import Measurement

/// Latency and deliveries per second of receive time, from the clients' start to the last item.
struct TimelineRecorder {
    // Start of second 0; the seconds of the warm-up are negative.
    private let zero: MonotonicInstant
    private let lastOfWindow: Int
    private var current: Int
    private var delivered: UInt64 = 0
    private var latency = LatencyHistogram()
    private let keepsHistograms: Bool
    private var seconds: [TimelineSecond] = []

    /// - Parameters:
    ///   - start: Instant within the first row's second.
    ///   - zero: Start of the window and of second 0.
    ///   - end: End of the window; every second before it has a row, even without deliveries.
    ///   - keepsHistograms: Whether rows of several processes are merged later, or corrected.
    init(
        from start: MonotonicInstant, zero: MonotonicInstant, until end: MonotonicInstant, keepsHistograms: Bool = false
    ) {
        self.keepsHistograms = keepsHistograms
        self.zero = zero
        // The last row may cover only a part of a second.
        lastOfWindow = Self.second(of: end + .nanoseconds(-1), from: zero)
        current = Self.second(of: start, from: zero)
    }

    /// Records one delivery; its latency is `nil` if it cannot be known.
    ///
    /// Sockets are not read in the order in which their bytes arrived. An item that arrived at the end of one second
    /// may be recorded after another socket's item of the next second; it then counts in the next second. The rows
    /// therefore add up to all deliveries.
    mutating func received(at now: MonotonicInstant, latency: Duration?) {
        let second = Self.second(of: now, from: zero)
        if second > current { advance(to: second) }
        delivered += 1
        if let latency { self.latency.record(latency) }
    }

    mutating func finish() -> [TimelineSecond] {
        advance(to: max(lastOfWindow, current) + 1)
        return seconds
    }

    private static func second(of instant: MonotonicInstant, from zero: MonotonicInstant) -> Int {
        let nanoseconds = (instant - zero).nanoseconds
        return Int(nanoseconds >= 0 ? nanoseconds / 1_000_000_000 : (nanoseconds + 1) / 1_000_000_000 - 1)
    }

    // Seconds without deliveries have rows too: silence is a result.
    private mutating func advance(to second: Int) {
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
        TimelineSecond(second: second, delivered: delivered, latency: latency, keepsHistogram: keepsHistograms)
    }
}

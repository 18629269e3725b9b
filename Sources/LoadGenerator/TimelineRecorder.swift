import Measurement

/// Latency and deliveries per second of receive time, from the clients' start to the last item.
struct TimelineRecorder {
    // Start of second 0; the seconds of the warm-up are negative.
    private let zero: MonotonicInstant
    private let lastOfWindow: Int
    private var current: Int
    // Of the current second, ns; checked for each delivery.
    private var endOfCurrent: Int64 = 0
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
        endOfCurrent = zero.nanoseconds + Int64(current + 1) * 1_000_000_000
    }

    /// Records one delivery; its latency is `nil` if it cannot be known.
    ///
    /// Sockets are not read in the order in which their bytes arrived. An item that arrived at the end of one second
    /// may be recorded after another socket's item of the next second; it then counts in the next second. The rows
    /// therefore add up to all deliveries.
    mutating func received(at now: MonotonicInstant, latency: Duration?) {
        received(at: now, latencyNanoseconds: latency?.nanoseconds)
    }

    mutating func received(at now: MonotonicInstant, latencyNanoseconds: Int64?) {
        if now.nanoseconds >= endOfCurrent { advance(to: Self.second(of: now, from: zero)) }
        delivered += 1
        if let latencyNanoseconds { latency.record(nanoseconds: latencyNanoseconds) }
    }

    mutating func finish() -> [TimelineSecond] {
        advance(to: max(lastOfWindow, current) + 1)
        return seconds
    }

    private static func second(of instant: MonotonicInstant, from zero: MonotonicInstant) -> Int {
        let nanoseconds = instant.nanoseconds(since: zero)
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
        endOfCurrent = zero.nanoseconds + Int64(second + 1) * 1_000_000_000
        delivered = 0
        latency = LatencyHistogram()
    }

    private func row(_ second: Int) -> TimelineSecond {
        TimelineSecond(second: second, delivered: delivered, latency: latency, keepsHistogram: keepsHistograms)
    }
}

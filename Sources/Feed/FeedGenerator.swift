import Measurement

/// The synthetic feed. The same seed gives the same items, with the same bytes and due times.
package struct FeedGenerator: Sendable {
    /// Allowed item sizes in bytes. 20 B is enough for the sequence and due time of a feed that lasts a year.
    package static let payloadRange = 20...(1 << 20)

    private var payloadBytes: Int
    private var arrivals: ArrivalTimes
    private var data: ItemData
    private var sequence: UInt64 = 0
    private let process: ArrivalProcess
    private let itemsPerBurst: Int
    private let seed: UInt64
    private var period: Duration
    // Microseconds from which the arrival times count.
    private var origin: Int64 = 0
    private var lastDue: Int64 = 0
    /// Due time of the next item, µs since the epoch.
    package private(set) var nextDueMicroseconds: Int64 = 0

    /// - Parameters:
    ///   - payloadBytes: Exact size of every item, within ``payloadRange``.
    ///   - period: Mean gap between items.
    ///   - arrivals: The arrival process.
    ///   - itemsPerBurst: Items due at one instant in the bursty process.
    ///   - content: Kind of data.
    ///   - seed: Determines due times and data.
    package init(
        payloadBytes: Int, period: Duration, arrivals: ArrivalProcess, itemsPerBurst: Int = 10,
        content: ItemContent = .filler, seed: UInt64
    ) {
        precondition(Self.payloadRange.contains(payloadBytes), "an item must have 20 B to 1 MiB")
        self.payloadBytes = payloadBytes
        (process, self.itemsPerBurst, self.seed, self.period) = (arrivals, itemsPerBurst, seed, period)
        // Separate random streams for times and data, so that due times do not change with the size.
        self.arrivals = ArrivalTimes(arrivals, period: period, itemsPerBurst: itemsPerBurst, seed: seed)
        data = ItemData(content, longest: payloadBytes, seed: seed ^ 0x9e37_79b9_7f4a_7c15)
        nextDueMicroseconds = self.arrivals.next() / 1_000
    }

    package mutating func next() -> FeedItem {
        let due = nextDueMicroseconds
        defer { nextDueMicroseconds = origin + arrivals.next() / 1_000 }
        return item(due: due)
    }

    /// Makes an item that is due now, in addition to the schedule. Items that are due by then must be taken first.
    ///
    /// - Parameter now: µs since the epoch.
    /// - Returns: The item.
    package mutating func additional(at now: Int64) -> FeedItem {
        let due = max(now, lastDue)
        nextDueMicroseconds = max(nextDueMicroseconds, due)
        return item(due: due)
    }

    /// Gives the items from now on another size.
    ///
    /// - Parameter payloadBytes: As in the initializer.
    package mutating func resize(payloadBytes: Int) {
        precondition(Self.payloadRange.contains(payloadBytes), "an item must have 20 B to 1 MiB")
        self.payloadBytes = payloadBytes
        data.resize(longest: payloadBytes)
    }

    /// Begins a new schedule: the next item is due one gap after `now`. Sequences go on, and no item is due before an
    /// earlier one.
    ///
    /// - Parameters:
    ///   - period: As in the initializer; `nil` leaves the rate.
    ///   - now: µs since the epoch.
    package mutating func restart(period: Duration? = nil, at now: Int64) {
        if let period { self.period = period }
        origin = max(0, now, lastDue)
        // Another stream of random numbers, so that a Poisson feed does not repeat its gaps.
        arrivals = ArrivalTimes(process, period: self.period, itemsPerBurst: itemsPerBurst, seed: seed &+ sequence)
        nextDueMicroseconds = origin + arrivals.next() / 1_000
    }

    private mutating func item(due: Int64) -> FeedItem {
        sequence += 1
        lastDue = due
        return data.item(sequence: sequence, dueMicroseconds: due, bytes: payloadBytes)
    }
}

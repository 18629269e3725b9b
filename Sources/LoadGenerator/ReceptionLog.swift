import Measurement
import Transports

/// Stores when the first copy of each item was received, until the server reports when it published the item, and until
/// it is known how the server's clock compares with this one.
///
/// Takes 8 B per copy, in blocks of 512 KiB: memory grows without copying, so the receive path makes one allocation
/// per 65,536 items.
struct ReceptionLog {
    private struct Reception {
        /// Sequence, counted from the cursor.
        let offset: UInt32
        /// From due to received, plus ``leastMicroseconds``.
        let microseconds: UInt32
    }

    /// Copies from this one on arrived at about this time.
    private struct Mark {
        let index: Int
        let arrival: MonotonicInstant
        /// What the latencies lack, ns.
        var correction: Int64 = 0
    }

    /// Most copies stored: 160 MB.
    static let maximumReceptions = 20_000_000
    /// How much earlier than due an item may arrive: as long as the clocks are not compared, they may differ.
    private static let leastMicroseconds: Int64 = 10_000_000
    /// Arrivals this close together share a mark. Clocks that drift apart by 500 ppm differ by 5 µs then.
    static let markPeriod = Duration.milliseconds(10)
    private static let blockSize = 65_536

    private let cursor: UInt64
    private let limit: Int
    private let keepsArrivals: Bool
    private var block = Self.emptyBlock()
    private var fullBlocks: [ContiguousArray<Reception>] = []
    private var marks: [Mark] = []
    private(set) var hasOverflowed = false

    /// - Parameters:
    ///   - cursor: Sequence before the first item.
    ///   - limit: Most copies stored.
    ///   - keepsArrivals: Whether latencies are corrected later, by the time of their arrival.
    init(after cursor: UInt64, limit: Int = maximumReceptions, keepsArrivals: Bool = false) {
        (self.cursor, self.limit, self.keepsArrivals) = (cursor, limit, keepsArrivals)
    }

    var count: Int { fullBlocks.count * Self.blockSize + block.count }

    mutating func received(
        _ sequence: UInt64, latency: Duration, at arrival: MonotonicInstant = MonotonicInstant(nanoseconds: 0)
    ) {
        received(sequence, latencyNanoseconds: latency.nanoseconds, at: arrival)
    }

    mutating func received(_ sequence: UInt64, latencyNanoseconds: Int64, at arrival: MonotonicInstant) {
        if block.count == Self.blockSize { beginBlock() }
        let shifted = (latencyNanoseconds + Self.leastMicroseconds * 1_000 + 500) / 1_000
        guard count < limit, let offset = UInt32(exactly: sequence - cursor),
            let microseconds = UInt32(exactly: shifted)
        else {
            hasOverflowed = true
            return
        }
        if keepsArrivals { mark(arrival) }
        block.append(Reception(offset: offset, microseconds: microseconds))
    }

    private mutating func mark(_ arrival: MonotonicInstant) {
        if let last = marks.last, arrival - last.arrival < Self.markPeriod { return }
        marks.append(Mark(index: count, arrival: arrival))
    }

    /// Corrects all latencies.
    ///
    /// - Parameter correction: What a latency measured at an instant lacks, ns.
    mutating func correct(by correction: (MonotonicInstant) -> Int64) {
        for index in marks.indices { marks[index].correction = correction(marks[index].arrival) }
    }

    /// Time from due to received, for every stored copy; `nil` if a copy could not be stored.
    var dueToReceived: LatencyHistogram? {
        if hasOverflowed { return nil }
        var histogram = LatencyHistogram()
        forEach { _, nanoseconds in
            histogram.record(nanoseconds: nanoseconds)
            return true
        }
        return histogram
    }

    /// Time from published to received, for every stored copy.
    ///
    /// - Parameter schedule: When items were due and published, in order and without gaps.
    /// - Returns: `nil` if a copy could not be stored, or if the schedule lacks a received item: a part of the copies
    ///   does not represent all.
    func publishedToReceived(_ schedule: [PublicationSchedule.Entry]) -> LatencyHistogram? {
        guard !hasOverflowed, let first = schedule.first?.sequence, first > cursor else { return nil }
        let firstOffset = Int(first - cursor)
        var histogram = LatencyHistogram()
        let isComplete = forEach { offset, nanoseconds in
            let place = Int(offset) - firstOffset
            guard schedule.indices.contains(place) else { return false }
            let lag = schedule[place].publishedNanoseconds - schedule[place].dueNanoseconds
            histogram.record(nanoseconds: nanoseconds - lag)
            return true
        }
        return isComplete ? histogram : nil
    }

    /// Visits each copy in order, until one is refused.
    ///
    /// - Parameter visit: Gets the offset from the cursor and the corrected latency in ns; returns whether to go on.
    /// - Returns: Whether all copies were visited.
    @discardableResult
    private func forEach(_ visit: (_ offset: UInt32, _ nanoseconds: Int64) -> Bool) -> Bool {
        var (index, next, correction) = (0, 0, Int64(0))
        for receptions in fullBlocks + [block] {
            for reception in receptions {
                while next < marks.count, marks[next].index <= index {
                    correction = marks[next].correction
                    next += 1
                }
                let microseconds = Int64(reception.microseconds) - Self.leastMicroseconds
                if !visit(reception.offset, microseconds * 1_000 + correction) { return false }
                index += 1
            }
        }
        return true
    }

    private mutating func beginBlock() {
        fullBlocks.append(block)
        block = Self.emptyBlock()
    }

    private static func emptyBlock() -> ContiguousArray<Reception> {
        var block = ContiguousArray<Reception>()
        block.reserveCapacity(blockSize)
        return block
    }
}

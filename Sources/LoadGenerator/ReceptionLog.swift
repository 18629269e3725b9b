import Measurement
import Transports

/// Remembers when each first copy was received, until the server has told when it published the item.
///
/// Eight bytes a copy, in blocks of half a mebibyte: memory grows without anything being copied, so the receive path
/// pays for one allocation every 65,536 items.
struct ReceptionLog {
    private struct Reception {
        /// Sequence, counted from the cursor.
        let offset: UInt32
        /// Due to received.
        let microseconds: UInt32
    }

    /// Copies remembered at most: 160 MB.
    static let maximumReceptions = 20_000_000
    private static let blockSize = 65_536

    private let cursor: UInt64
    private let limit: Int
    private var block = Self.emptyBlock()
    private var fullBlocks: [ContiguousArray<Reception>] = []
    private(set) var isOverfull = false

    init(after cursor: UInt64, limit: Int = maximumReceptions) {
        self.cursor = cursor
        self.limit = limit
    }

    var count: Int { fullBlocks.count * Self.blockSize + block.count }

    mutating func received(_ sequence: UInt64, latency: Duration) {
        if block.count == Self.blockSize { turn() }
        guard count < limit, let offset = UInt32(exactly: sequence - cursor),
            let microseconds = UInt32(exactly: (latency.nanoseconds + 500) / 1_000)
        else {
            isOverfull = true
            return
        }
        block.append(Reception(offset: offset, microseconds: microseconds))
    }

    /// From published to received, of every copy remembered.
    ///
    /// - Parameter schedule: When items were due and published, in order and without a hole.
    /// - Returns: `nil` if a copy could not be remembered, or if the schedule lacks an item that was received: a part
    ///   of the copies would not stand for all.
    func publishedToReceived(_ schedule: [PublicationSchedule.Entry]) -> LatencyHistogram? {
        guard !isOverfull, let first = schedule.first?.sequence, first > cursor else { return nil }
        let firstOffset = Int(first - cursor)
        var histogram = LatencyHistogram()
        for receptions in fullBlocks + [block] {
            for reception in receptions {
                let place = Int(reception.offset) - firstOffset
                guard schedule.indices.contains(place) else { return nil }
                let lag = schedule[place].publishedNanoseconds - schedule[place].dueNanoseconds
                histogram.record(nanoseconds: Int64(reception.microseconds) * 1_000 - lag)
            }
        }
        return histogram
    }

    private mutating func turn() {
        fullBlocks.append(block)
        block = Self.emptyBlock()
    }

    private static func emptyBlock() -> ContiguousArray<Reception> {
        var block = ContiguousArray<Reception>()
        block.reserveCapacity(blockSize)
        return block
    }
}

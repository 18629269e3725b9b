import Measurement
import Transports

/// Stores when the first copy of each item was received, until the server reports when it published the item.
///
/// Takes 8 B per copy, in blocks of 512 KiB: memory grows without copying, so the receive path makes one allocation
/// per 65,536 items.
struct ReceptionLog {
    private struct Reception {
        /// Sequence, counted from the cursor.
        let offset: UInt32
        /// From due to received.
        let microseconds: UInt32
    }

    /// Most copies stored: 160 MB.
    static let maximumReceptions = 20_000_000
    private static let blockSize = 65_536

    private let cursor: UInt64
    private let limit: Int
    private var block = Self.emptyBlock()
    private var fullBlocks: [ContiguousArray<Reception>] = []
    private(set) var hasOverflowed = false

    init(after cursor: UInt64, limit: Int = maximumReceptions) {
        self.cursor = cursor
        self.limit = limit
    }

    var count: Int { fullBlocks.count * Self.blockSize + block.count }

    mutating func received(_ sequence: UInt64, latency: Duration) {
        if block.count == Self.blockSize { beginBlock() }
        guard count < limit, let offset = UInt32(exactly: sequence - cursor),
            let microseconds = UInt32(exactly: (latency.nanoseconds + 500) / 1_000)
        else {
            hasOverflowed = true
            return
        }
        block.append(Reception(offset: offset, microseconds: microseconds))
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

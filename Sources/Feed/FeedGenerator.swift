import Measurement
import NIOCore

/// The synthetic feed: the same seed gives the same items, byte for byte and due time for due time.
package struct FeedGenerator: Sendable {
    /// Sizes an item can have, in bytes: 20 leaves room for both numbers of a year-long feed.
    package static let payloadRange = 20...(1 << 20)

    private let payloadBytes: Int
    private var arrivals: ArrivalTimes
    private var random: SeededGenerator
    private let filler: FillerText
    private var sequence: UInt64 = 0

    /// - Parameters:
    ///   - payloadBytes: Exact size of every item, within ``payloadRange``.
    ///   - period: Mean gap between items.
    ///   - arrivals: How due times are spread.
    ///   - itemsPerBurst: Items due at once in the bursty process.
    ///   - seed: Decides due times and data.
    package init(payloadBytes: Int, period: Duration, arrivals: ArrivalProcess, itemsPerBurst: Int = 10, seed: UInt64) {
        precondition(Self.payloadRange.contains(payloadBytes), "an item has 20 B to 1 MiB")
        self.payloadBytes = payloadBytes
        // Different streams for times and data: the due times stay when only the size changes.
        self.arrivals = ArrivalTimes(arrivals, period: period, itemsPerBurst: itemsPerBurst, seed: seed)
        var random = SeededGenerator(seed: seed ^ 0x9e37_79b9_7f4a_7c15)
        self.filler = FillerText(longest: payloadBytes, from: &random)
        self.random = random
    }

    package mutating func next() -> FeedItem {
        sequence += 1
        let due = arrivals.next() / 1_000
        var text = ByteBufferAllocator().buffer(capacity: payloadBytes)
        ItemText.writeHeader(sequence: sequence, dueMicroseconds: due, into: &text)
        filler.write(payloadBytes - text.readableBytes, at: random.next(), into: &text)
        return FeedItem(sequence: sequence, dueMicroseconds: due, text: text)
    }
}

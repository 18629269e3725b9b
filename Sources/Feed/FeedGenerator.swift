import Measurement
import NIOCore

/// The synthetic feed. The same seed gives the same items, with the same bytes and due times.
package struct FeedGenerator: Sendable {
    /// Allowed item sizes in bytes. 20 B is enough for the sequence and due time of a feed that lasts a year.
    package static let payloadRange = 20...(1 << 20)

    private let payloadBytes: Int
    private var arrivals: ArrivalTimes
    private var random: SeededGenerator
    private let filler: FillerText
    private var sequence: UInt64 = 0

    /// - Parameters:
    ///   - payloadBytes: Exact size of every item, within ``payloadRange``.
    ///   - period: Mean gap between items.
    ///   - arrivals: The arrival process.
    ///   - itemsPerBurst: Items due at one instant in the bursty process.
    ///   - seed: Determines due times and data.
    package init(payloadBytes: Int, period: Duration, arrivals: ArrivalProcess, itemsPerBurst: Int = 10, seed: UInt64) {
        precondition(Self.payloadRange.contains(payloadBytes), "an item must have 20 B to 1 MiB")
        self.payloadBytes = payloadBytes
        // Separate random streams for times and data, so that due times do not change with the size.
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

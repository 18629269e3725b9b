import WireAccounting

/// How many chunks of a stream had a size with the same number of hexadecimal digits.
package struct ChunkCounts: Sendable {
    // By digits; the last entry also has larger sizes. Empty before the first chunk.
    private var counts: [UInt32] = []
    private var lastChunks = 0
    // Content of the chunk that is still incomplete.
    private var bytes = 0

    private static let widths = 16

    package init() {}

    /// A part of a chunk's content has arrived.
    mutating func arrived(_ part: Int, isComplete: Bool) {
        bytes += part
        if !isComplete { return }
        if counts.isEmpty { counts = [UInt32](repeating: 0, count: Self.widths) }
        counts[min(Digits.hexadecimal(UInt64(bytes)), Self.widths - 1)] += 1
        bytes = 0
    }

    /// The chunk that ends the body has arrived.
    mutating func ended() {
        lastChunks += 1
    }

    /// Another body begins.
    mutating func begin() {
        bytes = 0
    }

    package func add(to tally: inout MessageTally) {
        for (digits, count) in counts.enumerated() where count > 0 {
            tally.count(.chunk, lengthDigits: digits, times: UInt64(count))
        }
        if lastChunks > 0 { tally.count(.lastChunk, times: UInt64(lastChunks)) }
    }
}

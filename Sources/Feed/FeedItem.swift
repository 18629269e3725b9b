import NIOCore

/// One item of the feed: what every transport must deliver, byte for byte.
package struct FeedItem: Sendable, Equatable {
    /// Position in the feed; the first item is 1.
    package let sequence: UInt64
    /// When the item is due, in microseconds since the feed's epoch.
    package let dueMicroseconds: Int64
    /// The text form `SEQUENCE,DUE,DATA`, shared by all who send it. Holds no line end.
    package let text: ByteBuffer

    package init(sequence: UInt64, dueMicroseconds: Int64, data: some Sequence<UInt8>) {
        var text = ByteBuffer()
        ItemText.writeHeader(sequence: sequence, dueMicroseconds: dueMicroseconds, into: &text)
        text.writeBytes(data)
        self.init(sequence: sequence, dueMicroseconds: dueMicroseconds, text: text)
    }

    /// Takes an item whose text form is made; the caller made it from the same sequence and due time.
    package init(sequence: UInt64, dueMicroseconds: Int64, text: ByteBuffer) {
        self.sequence = sequence
        self.dueMicroseconds = dueMicroseconds
        self.text = text
    }

    /// The item's size in bytes, which is what the result tables call payload.
    package var payloadBytes: Int { text.readableBytes }

    /// Memory that the item takes, in bytes: more than its size, as buffers grow in powers of two.
    package var retainedBytes: Int { text.storageCapacity }
}

/// What an item's numbers and size may be, whatever program sends it.
///
/// No honest feed reaches these, and below them no sum over all clients and no conversion to nanoseconds
/// overflows.
package enum ItemLimits {
    /// At 100,000 items a second it takes 89 years to get there.
    package static let highestSequence: UInt64 = 1 << 48
    /// Due times end 100 years of 365 days after the feed's epoch. In nanoseconds, and added to the host's clock, that still
    /// fits 64 bits.
    package static let latestDueMicroseconds: Int64 = 36_500 * 86_400 * 1_000_000
    /// A reader gives up an item that is longer.
    package static let longestItemBytes = 16 << 20

    /// Says that a server sent more than that.
    package static let endlessItem = "the server sent an item without an end; it may have \(longestItemBytes) B"
}

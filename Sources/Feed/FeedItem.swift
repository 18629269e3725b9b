import NIOCore

/// One item of the feed. Every transport must deliver it byte for byte.
package struct FeedItem: Sendable, Equatable {
    /// Position in the feed; the first item is 1.
    package let sequence: UInt64
    /// Due time in microseconds since the feed's epoch.
    package let dueMicroseconds: Int64
    /// The text form `SEQUENCE,DUE,DATA`, without a line end. All connections share it.
    package let text: ByteBuffer
    /// The item with its data as bytes, if the data are not text; then ``text`` has them in Base64.
    private let binary: ByteBuffer?

    package init(sequence: UInt64, dueMicroseconds: Int64, data: some Sequence<UInt8>) {
        var text = ByteBuffer()
        ItemText.writeHeader(sequence: sequence, dueMicroseconds: dueMicroseconds, into: &text)
        text.writeBytes(data)
        self.init(sequence: sequence, dueMicroseconds: dueMicroseconds, text: text)
    }

    /// Makes an item from its text form, which must have the same sequence and due time.
    ///
    /// - Parameters:
    ///   - sequence: Position in the feed.
    ///   - dueMicroseconds: Due time.
    ///   - text: The text form.
    ///   - binary: `SEQUENCE,DUE,` and data that are not text; `nil` if they are text.
    package init(sequence: UInt64, dueMicroseconds: Int64, text: ByteBuffer, binary: ByteBuffer? = nil) {
        self.sequence = sequence
        self.dueMicroseconds = dueMicroseconds
        self.text = text
        self.binary = binary
    }

    /// Size of the text form in bytes. It is larger than the item's if the data are not text.
    package var payloadBytes: Int { text.readableBytes }

    /// `SEQUENCE,DUE,DATA` with the data as they are, for transports that carry any bytes.
    package var bytes: ByteBuffer { binary ?? text }

    /// Whether the data are not text, so that ``text`` has them in Base64.
    var hasBinaryData: Bool { binary != nil }

    /// Memory of the item in bytes: more than its size, because buffers grow in powers of two.
    var retainedBytes: Int { text.storageCapacity + (binary?.storageCapacity ?? 0) }
}

/// Limits of an item's numbers and size, for items from any program.
///
/// Real feeds do not reach them. Within them, sums over all clients and conversions to nanoseconds cannot overflow.
package enum ItemLimits {
    /// Reached after 89 years at 100,000 items/s.
    package static let highestSequence: UInt64 = 1 << 48
    /// 100 years of 365 days after the feed's epoch. In nanoseconds, added to the host's clock, it still fits 64 bits.
    package static let latestDueMicroseconds: Int64 = 36_500 * 86_400 * 1_000_000
    /// Readers reject longer items.
    package static let longestItemBytes = 16 << 20

    /// The error for an item above ``longestItemBytes``.
    package static let endlessItem = "the server sent an item that is too long; allowed up to \(longestItemBytes) B"
}

import NIOCore

/// The binary form of an item: sequence and due time as 8 bytes each, big-endian, then the data.
package enum ItemBinary {
    /// Size of sequence and due time.
    static let headerBytes = 16

    /// Encodes an item, with the data as they are.
    package static func encoded(_ item: FeedItem) -> ByteBuffer {
        precondition(item.dueMicroseconds >= 0, "an item must be due at or after the feed's epoch")
        let textHeader = ItemText.headerBytes(sequence: item.sequence, dueMicroseconds: item.dueMicroseconds)
        var data = item.bytes
        data.moveReaderIndex(forwardBy: textHeader)
        var buffer = ByteBuffer()
        buffer.reserveCapacity(headerBytes + data.readableBytes)
        buffer.writeMultipleIntegers(item.sequence, item.dueMicroseconds)
        buffer.writeImmutableBuffer(data)
        return buffer
    }

    /// Reads the header of an item.
    ///
    /// - Returns: `nil` if there are fewer bytes, or a number exceeds ``ItemLimits``.
    package static func header(of bytes: UnsafeRawBufferPointer) -> ItemText.Header? {
        guard bytes.count >= headerBytes else { return nil }
        let sequence = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        let due = Int64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: Int64.self))
        return ItemText.Header(readSequence: sequence, dueMicroseconds: due)
    }
}

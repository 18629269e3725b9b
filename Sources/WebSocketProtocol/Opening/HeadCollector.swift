import NIOCore

/// Collects the bytes of one HTTP head, however they are cut.
struct HeadCollector: Sendable {
    private let limit: Int
    private var head = ByteBuffer()
    // Bytes of the heads before this one; they count too.
    private var earlierBytes = 0

    /// - Parameter limit: Largest head, in bytes; of several, all of them together.
    init(limit: Int) {
        self.limit = limit
    }

    /// - Parameter bytes: Unread input. What follows the head stays.
    /// - Returns: The head, its closing blank line included; `nil` until it is whole.
    /// - Throws: ``HandshakeError/oversizedHead(limitBytes:)``.
    mutating func collect(_ bytes: inout ByteBuffer) throws(HandshakeError) -> ByteBuffer? {
        let seen = head.readableBytes
        head.writeImmutableBuffer(bytes)
        guard let length = Self.length(head, from: max(0, seen - 3)) else {
            bytes.moveReaderIndex(to: bytes.writerIndex)
            guard earlierBytes + head.readableBytes < limit else { throw .oversizedHead(limitBytes: limit) }
            return nil
        }
        guard earlierBytes + length <= limit else { throw .oversizedHead(limitBytes: limit) }
        bytes.moveReaderIndex(forwardBy: length - seen)
        head.moveWriterIndex(to: head.readerIndex + length)
        return head
    }

    /// Another head follows the one that was collected.
    mutating func beginNext() {
        earlierBytes += head.readableBytes
        head = ByteBuffer()
    }

    private static func length(_ bytes: ByteBuffer, from start: Int) -> Int? {
        bytes.withUnsafeReadableBytes { raw in
            guard start + 4 <= raw.count else { return nil }
            for index in start...(raw.count - 4)
            where raw.loadUnaligned(fromByteOffset: index, as: UInt32.self).bigEndian == 0x0D0A_0D0A {
                return index + 4
            }
            return nil
        }
    }
}

import NIOCore

/// Collects a response head however it is cut, and leaves what follows it.
struct ResponseHeadReader: Sendable {
    private let limit: Int
    private let allowsHTTP10: Bool
    private var head = ByteBuffer()

    /// - Parameters:
    ///   - limit: Largest head, in bytes.
    ///   - allowsHTTP10: Whether the answer may be of HTTP/1.0.
    init(limit: Int, allowsHTTP10: Bool = false) {
        self.limit = limit
        self.allowsHTTP10 = allowsHTTP10
    }

    /// Bytes of the head so far.
    var readBytes: Int { head.readableBytes }

    /// - Parameter bytes: Unread input; what belongs to the head is consumed.
    /// - Returns: `nil` until the whole head is there.
    /// - Throws: ``HandshakeError`` if it is too long or breaks HTTP.
    mutating func receive(_ bytes: inout ByteBuffer) throws(HandshakeError) -> ResponseHead? {
        let seen = head.readableBytes
        head.writeImmutableBuffer(bytes)
        guard let length = Self.headLength(head, from: max(0, seen - 3)) else {
            bytes.moveReaderIndex(to: bytes.writerIndex)
            guard head.readableBytes < limit else { throw .oversizedHead(limitBytes: limit) }
            return nil
        }
        guard length <= limit else { throw .oversizedHead(limitBytes: limit) }
        bytes.moveReaderIndex(forwardBy: length - seen)
        head.moveWriterIndex(to: head.readerIndex + length)
        return try ResponseHead(parsing: head, allowsHTTP10: allowsHTTP10)
    }

    private static func headLength(_ bytes: ByteBuffer, from start: Int) -> Int? {
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

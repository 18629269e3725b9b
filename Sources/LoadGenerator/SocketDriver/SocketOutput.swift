import Host
import NIOCore
import WireAccounting

/// What a connection has to write: usually nothing, because the kernel takes all bytes at once.
struct SocketOutput {
    enum Result { case done, waits, failed }

    private struct Part {
        var bytes: ByteBuffer
        // What to count when they are written.
        let counts: ByteLedger?
    }

    // The oldest first.
    private var parts: [Part] = []
    private var waiting = 0

    // Beyond this a client writes no more until half of it is written.
    private static let most = 64 << 10

    var isEmpty: Bool { parts.isEmpty }
    /// Whether all parts but the last are written.
    var isEmptyBeforeLast: Bool { parts.count <= 1 }
    /// Whether a client may add more.
    private(set) var isWritable = true

    /// - Parameters:
    ///   - bytes: What to write.
    ///   - counts: The bytes by layer, to report when all are written.
    mutating func append(_ bytes: ByteBuffer, _ counts: ByteLedger?) {
        parts.append(Part(bytes: bytes, counts: counts))
        waiting += bytes.readableBytes
        if waiting > Self.most { isWritable = false }
    }

    /// Writes as much as the socket takes.
    mutating func send(to socket: Int32, written: (ByteLedger) -> Void) -> Result {
        while var part = parts.first {
            while part.bytes.readableBytes > 0 {
                let count = part.bytes.withUnsafeReadableBytes { Descriptor.send($0, to: socket) }
                guard let count, count > 0 else {
                    parts[0] = part
                    return count == nil ? .failed : .waits
                }
                part.bytes.moveReaderIndex(forwardBy: count)
                waiting -= count
                if waiting <= Self.most / 2 { isWritable = true }
            }
            parts.removeFirst()
            if let counts = part.counts { written(counts) }
        }
        return .done
    }
}

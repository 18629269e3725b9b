import Host
import NIOCore
import WireAccounting

/// What a connection has to write: usually nothing, because the kernel takes all bytes at once.
package struct SocketOutput {
    package enum Progress { case done, waits, failed }

    private struct Part {
        var bytes: ByteBuffer
        // What to count when they are written.
        let counts: ByteLedger?
    }

    // The oldest first.
    private var parts: [Part] = []
    private let (high, low): (Int32, Int32)

    /// Whether more may be added: false when more than ``high`` bytes wait, until no more than ``low`` do.
    package private(set) var isWritable = true
    /// Bytes that the socket has not taken.
    package private(set) var waitingBytes = 0
    package var isEmpty: Bool { parts.isEmpty }

    // Parts from this size on keep their memory, which other connections may share; smaller ones are joined.
    private static let ownPart = 4 << 10

    /// Limits of ``isWritable``, in bytes.
    package init(high: Int32, low: Int32) {
        (self.high, self.low) = (high, low)
    }

    /// Writes bytes: now, unless others wait; what the socket does not take waits.
    package mutating func send(_ bytes: ByteBuffer, to socket: Int32) -> Progress {
        if !parts.isEmpty {
            add(bytes, counts: nil)
            return .waits
        }
        guard let taken = bytes.withUnsafeReadableBytes({ Descriptor.send($0, to: socket) }) else { return .failed }
        if taken == bytes.readableBytes { return .done }
        var rest = bytes
        rest.moveReaderIndex(forwardBy: taken)
        add(rest, counts: nil)
        return .waits
    }

    /// Writes bytes as above.
    ///
    /// - Parameters:
    ///   - bytes: What to write.
    ///   - counts: The bytes by layer, reported when all are written.
    ///   - socket: Where to.
    ///   - written: Gets the counts.
    /// - Returns: As above.
    package mutating func send(
        _ bytes: ByteBuffer, _ counts: ByteLedger, to socket: Int32, written: (ByteLedger) -> Void
    ) -> Progress {
        let waits = !parts.isEmpty
        add(bytes, counts: counts)
        return waits ? .waits : sendWaiting(to: socket, written: written)
    }

    /// Writes what waits, as much of it as the socket takes.
    package mutating func sendWaiting(to socket: Int32, written: (ByteLedger) -> Void = { _ in }) -> Progress {
        while var part = parts.first {
            guard let taken = part.bytes.withUnsafeReadableBytes({ Descriptor.send($0, to: socket) }) else {
                return .failed
            }
            waitingBytes -= taken
            if waitingBytes <= low { isWritable = true }
            part.bytes.moveReaderIndex(forwardBy: taken)
            if part.bytes.readableBytes > 0 {
                parts[0].bytes = part.bytes
                if taken == 0 { return .waits }
            } else {
                parts.removeFirst()
                if let counts = part.counts { written(counts) }
            }
        }
        return .done
    }

    private mutating func add(_ bytes: ByteBuffer, counts: ByteLedger?) {
        waitingBytes += bytes.readableBytes
        if waitingBytes > high { isWritable = false }
        let last = parts.count - 1
        if counts != nil || bytes.readableBytes >= Self.ownPart {
            parts.append(Part(bytes: bytes, counts: counts))
        } else if last >= 0, parts[last].counts == nil, parts[last].bytes.readableBytes < Self.ownPart {
            parts[last].bytes.writeImmutableBuffer(bytes)
        } else {
            // A copy: a small part must not keep all of the memory that it is in.
            parts.append(Part(bytes: ByteBuffer(bytes: bytes.readableBytesView), counts: nil))
        }
    }
}

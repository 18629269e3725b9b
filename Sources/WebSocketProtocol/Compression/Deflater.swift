import CZlib
import NIOCore

/// A sender's half of permessage-deflate (RFC 7692 §7.2.1): zlib's stream and its window.
///
/// Not `Sendable`: it stays with its connection's event loop.
final class Deflater {
    /// §7.2.1: the end of every flush, which is not sent.
    static let tailBytes = 4

    private let stream: UnsafeMutablePointer<z_stream>
    private let forgetsContext: Bool

    init(windowBits: Int, forgetsContext: Bool, effort: DeflateEffort) {
        // zlib keeps the stream's address, so it must not move.
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        self.forgetsContext = forgetsContext
        let bits = max(windowBits, DeflateParameters.fewestDeflateBits)
        let status = pushlab_deflate_init_raw(stream, Int32(effort.level), Int32(bits), Int32(effort.memoryLevel))
        precondition(status == Z_OK, "zlib cannot deflate with \(bits) window bits: status \(status)")
    }

    deinit {
        deflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// - Returns: The payload of a compressed message.
    func deflate(_ payload: ByteBuffer) -> ByteBuffer {
        // zlib flushes nothing twice in a row; §7.2.3.6 gives the byte that an empty message has.
        guard payload.readableBytes > 0 else { return ByteBuffer(integer: UInt8(0)) }
        var output = ByteBuffer()
        output.reserveCapacity(payload.readableBytes / 2 + 64)
        payload.withUnsafeReadableBytes { input in
            stream.setInput(input)
            while deflateMore(into: &output) {}
            stream.clearInput()
        }
        output.moveWriterIndex(to: output.writerIndex - Self.tailBytes)
        if forgetsContext { deflateReset(stream) }
        return output
    }

    /// - Returns: Whether there may be more.
    private func deflateMore(into output: inout ByteBuffer) -> Bool {
        let step = max(64, output.readableBytes)
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: step) { room in
            stream.setOutput(room)
            let status = CZlib.deflate(stream, Z_SYNC_FLUSH)
            precondition(status == Z_OK || status == Z_BUF_ERROR, "zlib lost its stream: status \(status)")
            return room.count - Int(stream.pointee.avail_out)
        }
        return stream.pointee.avail_out == 0
    }
}

extension UnsafeMutablePointer<z_stream> {
    func setInput(_ bytes: UnsafeRawBufferPointer) {
        // zlib's pointer is not const, but it only reads.
        let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
        pointee.next_in = start?.assumingMemoryBound(to: Bytef.self)
        pointee.avail_in = uInt(bytes.count)
    }

    func setOutput(_ bytes: UnsafeMutableRawBufferPointer) {
        pointee.next_out = bytes.baseAddress?.assumingMemoryBound(to: Bytef.self)
        pointee.avail_out = uInt(bytes.count)
    }

    func clearInput() {
        pointee.next_in = nil
        pointee.avail_in = 0
    }
}

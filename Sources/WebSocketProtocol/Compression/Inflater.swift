import CZlib
import NIOCore

/// A receiver's half of permessage-deflate (RFC 7692 §7.2.2).
///
/// Not `Sendable`: it stays with its connection's event loop.
final class Inflater {
    private static let tail = ByteBuffer(bytes: [0x00, 0x00, 0xFF, 0xFF])

    private let stream: UnsafeMutablePointer<z_stream>
    private let forgetsContext: Bool
    private var endsInsideBlock = false

    init(windowBits: Int, forgetsContext: Bool) {
        // zlib keeps the stream's address, so it must not move.
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        self.forgetsContext = forgetsContext
        let status = pushlab_inflate_init_raw(stream, Int32(windowBits))
        precondition(status == Z_OK, "zlib cannot inflate with \(windowBits) window bits: status \(status)")
    }

    deinit {
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// - Parameters:
    ///   - payload: The whole payload of a compressed message.
    ///   - limit: Largest result, in bytes; little more than that is ever inflated.
    /// - Returns: The message.
    /// - Throws: ``WebSocketError`` if the payload does not inflate, or to more than the limit.
    func inflate(_ payload: ByteBuffer, limit: Int) throws(WebSocketError) -> ByteBuffer {
        // Not what §7.2.3.6 says, but zlib's second empty flush in a row gives no byte, and some peers send that.
        guard payload.readableBytes > 0 else { return ByteBuffer() }
        var output = ByteBuffer()
        output.reserveCapacity(min(limit, 4 * payload.readableBytes + 64))
        try feed(payload, into: &output, limit: limit)
        try feed(Self.tail, into: &output, limit: limit)
        guard !endsInsideBlock else { throw .invalidCompressedData }
        if forgetsContext { inflateReset(stream) }
        return output
    }

    private func feed(_ input: ByteBuffer, into output: inout ByteBuffer, limit: Int) throws(WebSocketError) {
        let error = input.withUnsafeReadableBytes { bytes -> WebSocketError? in
            stream.setInput(bytes)
            defer { stream.clearInput() }
            repeat {
                guard inflateMore(into: &output, limit: limit) else { return .invalidCompressedData }
                guard output.readableBytes <= limit else { return .oversizedMessage(allowedBytes: limit) }
            } while stream.pointee.avail_in > 0 || stream.pointee.avail_out == 0
            return nil
        }
        if let error { throw error }
    }

    /// - Returns: `false` if the bytes are not deflate's.
    private func inflateMore(into output: inout ByteBuffer, limit: Int) -> Bool {
        let step = min(max(64, output.readableBytes), limit + 1 - output.readableBytes)
        var status = Z_OK
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: step) { room in
            stream.setOutput(room)
            status = CZlib.inflate(stream, Z_SYNC_FLUSH)
            return room.count - Int(stream.pointee.avail_out)
        }
        // No progress: the last answer holds.
        guard status != Z_BUF_ERROR else { return true }
        // zlib sets 128 where it stands between two blocks, which is where a message must end.
        endsInsideBlock = stream.pointee.data_type & 128 == 0
        guard status != Z_STREAM_END else { return beginAgain() }
        return status == Z_OK
    }

    /// §7.2.3.4 allows blocks marked as final; zlib stops there, the window goes on.
    ///
    /// A final block takes two bytes, so a message may hold millions: the window stays where it is and is not copied.
    private func beginAgain() -> Bool {
        endsInsideBlock = false
        return inflateResetKeep(stream) == Z_OK
    }
}

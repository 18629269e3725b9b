import CZlib
import NIOCore

/// The container format of deflate data (RFC 1951).
package enum DeflateFormat {
    /// No container; used by permessage-deflate.
    case raw
    /// RFC 1950; used by histogram logs.
    case zlib
    /// RFC 1952; used by HTTP.
    case gzip

    // zlib reads the format from the sign and the size of this number.
    func windowBits(_ bits: Int) -> Int32 {
        switch self {
        case .raw: Int32(-bits)
        case .zlib: Int32(bits)
        case .gzip: Int32(16 + bits)
        }
    }
}

/// A compressing zlib stream with its window.
///
/// Not `Sendable`: use it on one thread.
package final class DeflateStream {
    package enum Ending {
        /// The bytes so far can be inflated; the stream continues (4 bytes: 00 00 FF FF).
        case flush
        /// The stream ends.
        case finish
    }

    // zlib stores the stream's address, so it must not move.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    /// - Parameters:
    ///   - format: The container format.
    ///   - level: zlib's compression level, 1 to 9.
    ///   - windowBits: Base-two logarithm of the window size, 9 to 15.
    ///   - memoryLevel: zlib's memory in addition to the window, 1 to 9.
    package init(_ format: DeflateFormat, level: Int, windowBits: Int = 15, memoryLevel: Int = 8) {
        stream.initialize(to: z_stream())
        let status = pushlab_deflate_init(stream, Int32(level), format.windowBits(windowBits), Int32(memoryLevel))
        precondition(status == Z_OK, "zlib cannot deflate with \(windowBits) window bits: status \(status)")
    }

    deinit {
        deflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Compresses bytes into a complete stream.
    package static func compress(_ bytes: ByteBuffer, _ format: DeflateFormat, level: Int) -> ByteBuffer {
        let stream = DeflateStream(format, level: level)
        var output = ByteBuffer()
        output.reserveCapacity(Int(deflateBound(stream.stream, uLong(bytes.readableBytes))))
        stream.deflate(bytes, .finish, into: &output)
        return output
    }

    /// Appends the compressed bytes.
    package func deflate(_ bytes: ByteBuffer, _ ending: Ending, into output: inout ByteBuffer) {
        bytes.withUnsafeReadableBytes { input in
            stream.setInput(input)
            while deflateMore(ending, into: &output) {}
            stream.clearInput()
        }
    }

    /// Discards the window and starts a new stream.
    package func reset() {
        deflateReset(stream)
    }

    /// - Returns: Whether there may be more output.
    private func deflateMore(_ ending: Ending, into output: inout ByteBuffer) -> Bool {
        let step = max(64, output.readableBytes)
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: step) { room in
            stream.setOutput(room)
            let status = CZlib.deflate(stream, ending == .finish ? Z_FINISH : Z_SYNC_FLUSH)
            precondition(status != Z_STREAM_ERROR, "zlib lost its stream")
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

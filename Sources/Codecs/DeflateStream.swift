import CZlib
import NIOCore

/// What surrounds deflate's bytes (RFC 1951).
package enum DeflateFormat {
    /// Nothing, as permessage-deflate carries them.
    case raw
    /// RFC 1950, as histogram logs have them.
    case zlib
    /// RFC 1952, as HTTP carries them.
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

/// One of zlib's streams that compress, with its window.
///
/// Not `Sendable`: it stays with its owner's thread.
package final class DeflateStream {
    package enum Ending {
        /// The bytes so far can be inflated; the stream goes on (4 bytes: 00 00 FF FF).
        case flush
        /// The stream is over.
        case finish
    }

    // zlib keeps the stream's address, so it must not move.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    /// - Parameters:
    ///   - format: What surrounds the bytes.
    ///   - level: zlib's effort, 1 to 9.
    ///   - windowBits: The window's size as a power of two, 9 to 15.
    ///   - memoryLevel: zlib's memory beside the window, 1 to 9.
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

    /// The whole stream of some bytes.
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

    /// Forgets everything before.
    package func reset() {
        deflateReset(stream)
    }

    /// - Returns: Whether there may be more.
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

import CZlib
import NIOCore

/// A decompressing zlib stream with its window.
///
/// Not `Sendable`: use it on one thread.
package final class InflateStream {
    package enum Progress {
        case advanced
        /// No input or no output space is left.
        case stalled
        /// The stream, or a block marked as the last one, has ended.
        case ended
        /// The bytes are not of this format.
        case invalid
    }

    // zlib stores the stream's address, so it must not move.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    /// - Parameters:
    ///   - format: The container format.
    ///   - windowBits: Base-two logarithm of the window size, 8 to 15.
    package init(_ format: DeflateFormat, windowBits: Int = 15) {
        stream.initialize(to: z_stream())
        let status = pushlab_inflate_init(stream, format.windowBits(windowBits))
        precondition(status == Z_OK, "zlib cannot inflate with \(windowBits) window bits: status \(status)")
    }

    deinit {
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Decompresses a complete stream.
    ///
    /// - Returns: `nil` if the stream has another format, is truncated, or decompresses to more than the limit.
    package static func decompress(_ bytes: ByteBuffer, _ format: DeflateFormat, limit: Int) -> ByteBuffer? {
        let stream = InflateStream(format)
        var output = ByteBuffer()
        return bytes.withUnsafeReadableBytes { input in
            stream.withInput(input) {
                while output.readableBytes <= limit {
                    switch stream.inflate(into: &output, atMost: limit + 1 - output.readableBytes) {
                    case .advanced: continue
                    case .ended: return output.readableBytes <= limit ? output : nil
                    case .stalled, .invalid: return nil
                    }
                }
                return nil
            }
        }
    }

    /// Uses these bytes as input while `body` runs.
    package func withInput<Result>(_ bytes: UnsafeRawBufferPointer, _ body: () -> Result) -> Result {
        stream.setInput(bytes)
        defer { stream.clearInput() }
        return body()
    }

    /// Whether the input has unread bytes.
    package var hasInput: Bool { stream.pointee.avail_in > 0 }

    /// Whether the last step filled the output space, so that there may be more output without more input.
    package var filledRoom: Bool { stream.pointee.avail_out == 0 }

    /// Whether the input so far ends between two blocks, or nothing was read.
    package var isBetweenBlocks: Bool { stream.pointee.data_type & 128 != 0 }

    /// Decompresses until the input is empty or the output space is full.
    package func inflate(into room: UnsafeMutableRawBufferPointer) -> (count: Int, progress: Progress) {
        stream.setOutput(room)
        let status = CZlib.inflate(stream, Z_SYNC_FLUSH)
        let progress: Progress =
            switch status {
            case Z_OK: .advanced
            case Z_BUF_ERROR: .stalled
            case Z_STREAM_END: .ended
            default: .invalid
            }
        return (room.count - Int(stream.pointee.avail_out), progress)
    }

    /// Appends decompressed bytes; never allocates much more than `limit` bytes.
    package func inflate(into output: inout ByteBuffer, atMost limit: Int) -> Progress {
        var progress = Progress.stalled
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: min(max(64, output.readableBytes), limit)) { room in
            let step = inflate(into: room)
            progress = step.progress
            return step.count
        }
        return progress
    }

    /// Discards the window and starts a new stream.
    package func reset() {
        inflateReset(stream)
    }

    /// Continues after a block marked as the last one, and keeps the window.
    package func resetKeepingWindow() {
        inflateResetKeep(stream)
    }
}

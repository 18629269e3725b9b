import CZlib
import NIOCore

/// One of zlib's streams that decompress, with its window.
///
/// Not `Sendable`: it stays with its owner's thread.
package final class InflateStream {
    package enum Progress {
        case advanced
        /// No input is left, or no room.
        case stalled
        /// The stream, or a block that is marked as the last one, is over.
        case ended
        /// The bytes are not of this format.
        case invalid
    }

    // zlib keeps the stream's address, so it must not move.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    /// - Parameters:
    ///   - format: What surrounds the bytes.
    ///   - windowBits: The window's size as a power of two, 8 to 15.
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

    /// The bytes of a whole stream.
    ///
    /// - Returns: `nil` if it is not of this format, breaks off, or holds more than the limit.
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

    /// Reads from these bytes as long as `body` runs.
    package func withInput<Result>(_ bytes: UnsafeRawBufferPointer, _ body: () -> Result) -> Result {
        stream.setInput(bytes)
        defer { stream.clearInput() }
        return body()
    }

    /// Whether bytes of the input are unread.
    package var hasInput: Bool { stream.pointee.avail_in > 0 }

    /// Whether the last step filled its room, so that there may be more without more input.
    package var filledRoom: Bool { stream.pointee.avail_out == 0 }

    /// Whether the input so far ends between two blocks, or nothing was read.
    package var isBetweenBlocks: Bool { stream.pointee.data_type & 128 != 0 }

    /// Decompresses as much as the input gives and the room takes.
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

    /// Appends what the input gives; little more room than `limit` is ever made.
    package func inflate(into output: inout ByteBuffer, atMost limit: Int) -> Progress {
        var progress = Progress.stalled
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: min(max(64, output.readableBytes), limit)) { room in
            let step = inflate(into: room)
            progress = step.progress
            return step.count
        }
        return progress
    }

    /// Forgets everything before: another stream begins.
    package func reset() {
        inflateReset(stream)
    }

    /// Goes on behind a block that is marked as the last one, with the window as it is.
    package func resetKeepingWindow() {
        inflateResetKeep(stream)
    }
}

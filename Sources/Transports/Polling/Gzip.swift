import Codecs
import NIOCore

/// A body with content coding `gzip` is not a gzip stream.
struct GzipFault: Error, CustomStringConvertible {
    let description = "the bytes are not a gzip stream"
}

/// Decodes a body with content coding `gzip` (RFC 9110 §8.4.1.3), from bytes split at any positions.
///
/// Not `Sendable`: it stays with its client's driver.
final class Gunzip {
    private let stream = InflateStream(.gzip)
    private var room = [UInt8](repeating: 0, count: 16 << 10)
    /// Whether the end of the stream has arrived.
    private(set) var isComplete = false

    /// A new stream begins.
    func begin() {
        stream.reset()
        isComplete = false
    }

    /// - Throws: ``GzipFault`` if the bytes are not a gzip stream, or if bytes follow its end.
    func read(_ bytes: UnsafeRawBufferPointer, content: (UnsafeRawBufferPointer) -> Void) throws(GzipFault) {
        let isBroken = stream.withInput(bytes) {
            while stream.hasInput {
                if isComplete || !readMore(content) { return true }
            }
            return false
        }
        if isBroken { throw GzipFault() }
    }

    /// Loops until the output is complete, because a few compressed bytes may become much content.
    ///
    /// - Returns: `false` if the bytes are not valid gzip.
    private func readMore(_ content: (UnsafeRawBufferPointer) -> Void) -> Bool {
        room.withUnsafeMutableBytes { room in
            repeat {
                let (count, progress) = stream.inflate(into: room)
                content(UnsafeRawBufferPointer(rebasing: room[..<count]))
                switch progress {
                case .advanced: continue
                case .stalled: return true
                case .ended:
                    isComplete = true
                    return true
                case .invalid: return false
                }
            } while stream.filledRoom
            return true
        }
    }
}

import Codecs
import NIOCore

/// A receiver's half of permessage-deflate (RFC 7692 §7.2.2).
///
/// Not `Sendable`: it stays with its connection's event loop.
final class Inflater {
    private static let tail = ByteBuffer(bytes: [0x00, 0x00, 0xFF, 0xFF])

    private let stream: InflateStream
    private let forgetsContext: Bool
    private var endsInsideBlock = false

    init(windowBits: Int, forgetsContext: Bool) {
        stream = InflateStream(.raw, windowBits: windowBits)
        self.forgetsContext = forgetsContext
    }

    /// - Parameters:
    ///   - payload: The whole payload of a compressed message.
    ///   - limit: Largest result, in bytes; inflating stops one byte above it.
    /// - Returns: The message.
    /// - Throws: ``WebSocketError`` if the payload is invalid or inflates to more than the limit.
    func inflate(_ payload: ByteBuffer, limit: Int) throws(WebSocketError) -> ByteBuffer {
        // §7.2.3.6 requires a byte here. But zlib's second empty flush in a row gives none, and some peers send that.
        guard payload.readableBytes > 0 else { return ByteBuffer() }
        var output = ByteBuffer()
        output.reserveCapacity(min(limit, 4 * payload.readableBytes + 64))
        try feed(payload, into: &output, limit: limit)
        try feed(Self.tail, into: &output, limit: limit)
        guard !endsInsideBlock else { throw .invalidCompressedData }
        if forgetsContext { stream.reset() }
        return output
    }

    private func feed(_ input: ByteBuffer, into output: inout ByteBuffer, limit: Int) throws(WebSocketError) {
        let error = input.withUnsafeReadableBytes { bytes in
            stream.withInput(bytes) { () -> WebSocketError? in
                repeat {
                    guard inflateMore(into: &output, limit: limit) else { return .invalidCompressedData }
                    guard output.readableBytes <= limit else { return .oversizedMessage(allowedBytes: limit) }
                } while stream.hasInput || stream.filledRoom
                return nil
            }
        }
        if let error { throw error }
    }

    /// - Returns: `false` if the bytes are not valid deflate.
    private func inflateMore(into output: inout ByteBuffer, limit: Int) -> Bool {
        switch stream.inflate(into: &output, atMost: limit + 1 - output.readableBytes) {
        case .advanced:
            // A message must end between two blocks.
            endsInsideBlock = !stream.isBetweenBlocks
        case .stalled:
            // `endsInsideBlock` is unchanged.
            break
        case .ended:
            // §7.2.3.4 allows blocks marked as final. zlib stops there, but the window must continue. Such a block
            // takes two bytes, so a message may contain millions of them: keep the window in place, do not copy it.
            endsInsideBlock = false
            stream.resetKeepingWindow()
        case .invalid: return false
        }
        return true
    }
}

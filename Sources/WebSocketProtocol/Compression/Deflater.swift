import Codecs
import NIOCore

/// A sender's half of permessage-deflate (RFC 7692 §7.2.1).
///
/// Not `Sendable`: it stays with its connection's event loop.
final class Deflater {
    /// Length of the end of every flush, which is not sent (§7.2.1).
    static let tailBytes = 4

    private let stream: DeflateStream
    private let forgetsContext: Bool

    init(windowBits: Int, forgetsContext: Bool, effort: DeflateEffort) {
        self.forgetsContext = forgetsContext
        stream = DeflateStream(
            .raw, level: effort.level, windowBits: max(windowBits, DeflateParameters.fewestDeflateBits),
            memoryLevel: effort.memoryLevel)
    }

    /// - Returns: The payload of a compressed message.
    func deflate(_ payload: ByteBuffer) -> ByteBuffer {
        // A second empty flush in a row gives no output in zlib; §7.2.3.6 defines the byte for an empty message.
        guard payload.readableBytes > 0 else { return ByteBuffer(integer: UInt8(0)) }
        var output = ByteBuffer()
        output.reserveCapacity(payload.readableBytes / 2 + 64)
        stream.deflate(payload, .flush, into: &output)
        output.moveWriterIndex(to: output.writerIndex - Self.tailBytes)
        if forgetsContext { stream.reset() }
        return output
    }
}

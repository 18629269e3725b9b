import NIOCore
import WireAccounting

/// Separates the bytes of a client's direction into the preface and frames.
struct FrameReader {
    private var bytes = ByteBuffer()
    private var hasPreface = false

    /// Adds bytes that arrived, split at any point.
    mutating func received(_ arrived: ByteBuffer) {
        if bytes.readableBytes == 0 {
            bytes = arrived
            return
        }
        // What is kept is the beginning of one frame; frames that were taken must not stay in memory.
        if bytes.readerIndex > 0 { bytes.discardReadBytes() }
        bytes.writeImmutableBuffer(arrived)
    }

    /// Takes the next whole frame.
    ///
    /// - Returns: `nil` while bytes are missing.
    /// - Throws: ``HTTP2Fault`` for a wrong preface, or for a frame above 16,384 B, as soon as its header has arrived.
    mutating func next() throws(HTTP2Fault) -> (header: FrameHeader, payload: ByteBuffer)? {
        if !hasPreface {
            guard try takePreface() else { return nil }
        }
        guard let header = FrameHeader(peekingAt: bytes) else { return nil }
        if header.length > FrameHeader.defaultMaximumPayload {
            throw HTTP2Fault(
                .frameSizeError,
                "a frame has \(header.length) B of payload, the maximum is \(FrameHeader.defaultMaximumPayload) B")
        }
        guard bytes.readableBytes >= FrameHeader.bytes + header.length else { return nil }
        bytes.moveReaderIndex(forwardBy: FrameHeader.bytes)
        let payload = bytes.readSlice(length: header.length) ?? ByteBuffer()
        // Releases the memory of the last read.
        if bytes.readableBytes == 0 { bytes = ByteBuffer() }
        return (header, payload)
    }

    private mutating func takePreface() throws(HTTP2Fault) -> Bool {
        let preface = HTTP2FrameTally.preface.utf8
        let seen = bytes.readableBytesView.prefix(preface.count)
        guard preface.starts(with: seen) else {
            throw HTTP2Fault(.protocolError, "the connection does not begin with the preface of HTTP/2")
        }
        guard seen.count == preface.count else { return false }
        bytes.moveReaderIndex(forwardBy: preface.count)
        hasPreface = true
        return true
    }
}

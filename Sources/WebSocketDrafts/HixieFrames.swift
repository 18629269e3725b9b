import NIOCore
import WebSocketProtocol

/// Writes the frames of the hixie drafts (draft 75 §4.2, draft 76 §4.2 and §5.3).
enum HixieFrames {
    /// The bytes 0x00 before and 0xFF after a text.
    static let textMarkBytes = 2
    /// The closing frame of hixie-76.
    static let closing: [UInt8] = [0xFF, 0x00]

    /// Appends one text frame. The caller guarantees that the text is UTF-8, which never contains 0xFF.
    static func writeText(_ payload: ByteBuffer, into output: inout ByteBuffer) {
        output.reserveCapacity(minimumWritableBytes: payload.readableBytes + textMarkBytes)
        output.writeInteger(UInt8(0x00))
        output.writeImmutableBuffer(payload)
        output.writeInteger(UInt8(0xFF))
    }
}

extension FrameTally {
    mutating func bookHixieText(bytes: Int) {
        headerBytes += HixieFrames.textMarkBytes
        payloadBytes += bytes
        frames += 1
        bookMessage(bytes: bytes)
    }

    mutating func bookHixieControl(bytes: Int) {
        controlBytes += bytes
        controlFrames += 1
    }
}

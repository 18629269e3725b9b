import NIOCore
import WebSocketProtocol

/// Writes the frames of the hixie drafts (draft 75 §4.2, draft 76 §4.2 and §5.3).
enum HixieFrames {
    /// Before and behind a text: 0x00 and 0xFF.
    static let textMarkBytes = 2
    /// Closes the connection, for hixie-76 only.
    static let closing: [UInt8] = [0xFF, 0x00]

    /// Appends one text frame. The caller answers for the text being UTF-8, in which 0xFF never stands.
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

import NIOCore

/// What the peer said.
package enum WebSocketEvent: Equatable, Sendable {
    /// A whole message. Its payload may share storage with the bytes that were received.
    case message(MessageKind, ByteBuffer)
    /// The Pong is already among the output.
    case ping(ByteBuffer)
    case pong(ByteBuffer)
    /// The peer's Close, with no code if it gave none. The answer, if one is due, is already among the output.
    case closeReceived(CloseCode?, reason: String)
}

/// A server's message, encoded once for every subscriber that shares its form.
package struct PreparedMessage: Sendable {
    /// The frame, ready to be written to any number of connections.
    package let frame: ByteBuffer
    let header: FrameHeader
    /// The message before compression.
    let messageBytes: Int
    /// The window it was deflated with, from an empty start; `nil` if it is not compressed.
    let windowBits: Int?

    /// Not compressed, so right for every subscriber.
    package init(_ kind: MessageKind, _ payload: ByteBuffer) {
        self.init(kind, payload, messageBytes: payload.readableBytes, windowBits: nil)
    }

    init(_ kind: MessageKind, _ payload: ByteBuffer, messageBytes: Int, windowBits: Int?) {
        let isCompressed = windowBits != nil
        header = FrameHeader(opcode: kind.opcode, payloadLength: payload.readableBytes, isCompressed: isCompressed)
        frame = FrameEncoder.unmaskedFrame(kind.opcode, payload: payload, isCompressed: isCompressed)
        self.messageBytes = messageBytes
        self.windowBits = windowBits
    }
}

import NIOCore

/// An event decoded from the peer's bytes.
package enum WebSocketEvent: Equatable, Sendable {
    /// A complete message. Its payload may share storage with the received bytes.
    case message(MessageKind, ByteBuffer)
    /// The Pong is already queued.
    case ping(ByteBuffer)
    case pong(ByteBuffer)
    /// The peer's Close; the code is `nil` if the frame has none. The answer, if required, is already queued.
    case closeReceived(CloseCode?, reason: String)
}

/// A server's message, encoded once for all subscribers that use the same form.
package struct PreparedMessage: Sendable {
    /// The frame; any number of connections may write it.
    package let frame: ByteBuffer
    let header: FrameHeader
    /// Length of the message before compression.
    let messageBytes: Int
    /// Window bits of the compression, which started with an empty window; `nil` if the message is not compressed.
    let windowBits: Int?

    /// An uncompressed message, valid for every subscriber.
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

import NIOCore

/// Messages and control frames become output.
extension WebSocketEndpoint {
    /// Queues a text message.
    ///
    /// - Returns: `false` if the connection is closing; nothing is queued then (§5.5.1).
    @discardableResult
    package mutating func send(text: String) -> Bool {
        send(.text, ByteBuffer(string: text))
    }

    /// Queues a message in one frame. The caller ensures that text is UTF-8.
    ///
    /// - Returns: `false` if the connection is closing; nothing is queued then (§5.5.1).
    @discardableResult
    package mutating func send(_ kind: MessageKind, _ payload: ByteBuffer) -> Bool {
        guard isOpen else { return false }
        let deflated = compression?.deflate(payload)
        write(kind.opcode, deflated ?? payload, isCompressed: deflated != nil)
        sent.bookMessage(bytes: payload.readableBytes, compressedBytes: deflated?.readableBytes)
        return true
    }

    /// Whether this connection can send a message that was encoded once for many connections.
    ///
    /// A compressed message requires `server_no_context_takeover` and a window at least as large. Otherwise the peer's
    /// window would contain a message that this connection's deflater has not processed.
    func canSend(_ message: PreparedMessage) -> Bool {
        guard let windowBits = message.windowBits else { return true }
        guard let agreed = compression?.parameters else { return false }
        return agreed.serverNoContextTakeover && agreed.serverMaxWindowBits >= windowBits
    }

    /// Counts a message that was encoded once for many connections. The driver writes the returned bytes after those of
    /// ``takeOutput()``.
    ///
    /// - Returns: The message's frame, or `nil` if the connection is closing (§5.5.1).
    package mutating func send(_ message: PreparedMessage) -> ByteBuffer? {
        precondition(role == .server, "a client must mask each frame with a new key (RFC 6455 §5.3)")
        precondition(canSend(message), "this connection did not negotiate the message's compression")
        guard isOpen else { return nil }
        sent.book(message.header)
        let compressedBytes = message.header.isCompressed ? message.header.payloadLength : nil
        sent.bookMessage(bytes: message.messageBytes, compressedBytes: compressedBytes)
        return message.frame
    }

    /// Queues a Ping.
    ///
    /// - Parameter payload: At most 125 bytes.
    /// - Returns: `false` if the connection is closing.
    @discardableResult
    package mutating func sendPing(_ payload: ByteBuffer = ByteBuffer()) -> Bool {
        guard isOpen else { return false }
        write(.ping, payload)
        return true
    }

    /// Begins the closing handshake (§7.1.2). No effect if it has begun.
    ///
    /// - Parameters:
    ///   - code: A code that may appear on the wire, or `nil` for an empty Close.
    ///   - reason: At most 123 bytes of UTF-8; empty if there is no code.
    package mutating func close(_ code: CloseCode? = .normal, reason: String = "") {
        precondition(code?.isAllowedOnWire ?? reason.isEmpty, "a Close frame cannot carry this (RFC 6455 §7.4)")
        precondition(reason.utf8.count <= ClosePayload.longestReason, "a close reason has at most 123 bytes")
        guard closing.closeRequested() else { return }
        writeClose(ClosePayload(code: code, reason: reason))
    }

    mutating func writeClose(_ close: ClosePayload) {
        write(.close, close.encoded)
    }

    mutating func write(_ opcode: Opcode, _ payload: ByteBuffer, isCompressed: Bool = false) {
        sent.book(encoder.write(opcode, payload: payload, isCompressed: isCompressed, into: &output))
    }
}

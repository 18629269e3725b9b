import NIOCore

/// Bytes of the peer become events.
extension WebSocketEndpoint {
    /// Tally of all bytes passed to ``receive(_:)``, except those of an incomplete frame, which ``unfinishedBytes``
    /// counts.
    package var received: FrameTally {
        var tally = booked
        if !closing.readsInput { tally.discardedBytes = receivedBytes - booked.frameBytes }
        return tally
    }

    /// Bytes received of an incomplete frame.
    package var unfinishedBytes: Int { closing.readsInput ? receivedBytes - booked.frameBytes : 0 }

    /// Bytes in memory of an incomplete message.
    package var heldBytes: Int { pending.readableBytes + assembler.heldBytes }

    /// Whether nothing is under way: the endpoint may be replaced by a new one with the same ``keepAlive``, except that
    /// the tallies start again.
    var isAtRest: Bool {
        isOpen && compression == nil && output.readableBytes == 0 && pending.readableBytes == 0
            && decoder.unfinished == nil && !assembler.isUnfinished
    }

    /// Whether to call ``clockReached(_:)`` soon, earlier than its last result says.
    package var wantsClock: Bool { messageDeadline?.wantsClock ?? false }

    /// Fails the connection: queues a Close and discards all later input.
    ///
    /// - Parameters:
    ///   - code: A code that may appear on the wire.
    ///   - reason: At most 123 bytes of UTF-8.
    package mutating func fail(_ code: CloseCode, reason: String = "") {
        pending = ByteBuffer()
        assembler.abandon()
        messageDeadline?.messageEnded()
        if closing.peerFailed() { writeClose(ClosePayload(code: code, reason: reason)) }
    }

    /// Takes input from the connection. Copies it only if earlier input is still unread.
    ///
    /// - Parameter bytes: Empty afterwards.
    package mutating func receive(_ bytes: inout ByteBuffer) {
        receivedBytes += bytes.readableBytes
        keepAlive?.bytesArrived()
        if closing.readsInput {
            append(&bytes)
        }
        bytes = ByteBuffer()
    }

    private mutating func append(_ bytes: inout ByteBuffer) {
        guard pending.readableBytes > 0 else {
            pending = bytes
            return
        }
        if pending.writableBytes < bytes.readableBytes { pending.discardReadBytes() }
        pending.writeBuffer(&bytes)
    }

    /// Decodes the next event.
    ///
    /// - Returns: `nil` until more input arrives, and always after a Close or an error.
    /// - Throws: ``WebSocketError`` once, when the peer violates the protocol. The output then contains a Close frame
    ///   with the error's code, and all later input is discarded.
    package mutating func nextEvent() throws(WebSocketError) -> WebSocketEvent? {
        guard closing.readsInput else { return nil }
        do {
            return try decodeEvent()
        } catch {
            fail(error.closeCode)
            throw error
        }
    }

    private mutating func decodeEvent() throws(WebSocketError) -> WebSocketEvent? {
        while let header = try currentHeader() {
            guard let payload = decoder.nextPayload(from: &pending) else {
                if !header.opcode.isControl { try assembler.partArrived(of: header, in: pending) }
                messageDeadline?.inputRead(isUnfinished: true)
                return nil
            }
            booked.book(header)
            if header.opcode.isControl { return try controlEvent(header.opcode, payload) }
            if let message = try assembler.frameArrived(header, payload: payload) { return try messageEvent(message) }
        }
        // An empty slice would keep a reference to the reader's buffer and prevent its reuse.
        if pending.readableBytes == 0 { pending = ByteBuffer() }
        messageDeadline?.inputRead(isUnfinished: assembler.isUnfinished || pending.readableBytes > 0)
        return nil
    }

    private mutating func currentHeader() throws(WebSocketError) -> FrameHeader? {
        if let header = decoder.unfinished { return header }
        guard let header = try decoder.nextHeader(from: &pending) else { return nil }
        if !header.opcode.isControl { try assembler.admit(header) }
        return header
    }

    private mutating func messageEvent(_ message: MessageAssembler.Message) throws(WebSocketError) -> WebSocketEvent {
        messageDeadline?.messageEnded()
        guard message.isCompressed else {
            booked.bookMessage(bytes: message.payload.readableBytes)
            return .message(message.kind, message.payload)
        }
        guard let payload = try compression?.inflate(message.payload, limit: messageLimit) else {
            preconditionFailure("the decoder accepts RSV1 only if compression was negotiated")
        }
        if message.kind == .text && !payload.isUTF8 { throw .invalidUTF8 }
        booked.bookMessage(bytes: payload.readableBytes, compressedBytes: message.payload.readableBytes)
        return .message(message.kind, payload)
    }

    private mutating func controlEvent(
        _ opcode: Opcode,
        _ payload: ByteBuffer
    ) throws(WebSocketError) -> WebSocketEvent {
        switch opcode {
        case .ping:
            write(.pong, payload)
            return .ping(payload)
        case .pong:
            return .pong(payload)
        default:
            return try closeEvent(ClosePayload(parsing: payload))
        }
    }

    private mutating func closeEvent(_ close: ClosePayload) -> WebSocketEvent {
        pending = ByteBuffer()
        if closing.closeArrived() { writeClose(ClosePayload(code: close.code)) }
        return .closeReceived(close.code, reason: close.reason)
    }
}

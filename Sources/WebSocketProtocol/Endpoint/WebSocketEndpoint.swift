import NIOCore

/// One side of an open WebSocket connection, from the opening handshake to the end (RFC 6455 §5–§8).
///
/// Do not copy it: with compression, a copy would share zlib's windows.
package struct WebSocketEndpoint {
    let role: WebSocketRole

    private var decoder: FrameDecoder
    private var assembler: MessageAssembler
    private var encoder: FrameEncoder
    private var closing: ClosingHandshake
    private var compression: MessageCompression?
    private var keepAlive: KeepAlive?
    private var messageDeadline: MessageDeadline?
    private let messageLimit: Int
    private var pending = ByteBuffer()
    private var output = ByteBuffer()
    private var booked = FrameTally()
    private var receivedBytes = 0

    /// Tally of all frames sent, including output that is not yet taken.
    package private(set) var sent = FrameTally()

    /// - Parameters:
    ///   - role: This side.
    ///   - limits: Size and time limits for the peer.
    ///   - maskKeys: Source of a client's mask keys; a server uses none.
    ///   - deflate: The agreement of the opening handshake; `nil` without permessage-deflate.
    ///   - effort: The parameters of deflating.
    ///   - keepAlive: When to send a Ping to a silent peer, and when to drop it; `nil` for never.
    ///   - keepsIdleStreams: Whether to keep zlib streams between messages even without context takeover: faster, for
    ///     40 to 300 KiB.
    package init(
        role: WebSocketRole,
        limits: WebSocketLimits = WebSocketLimits(),
        maskKeys: MaskKeySource = MaskKeySource(seed: 0),
        deflate: DeflateParameters? = nil,
        effort: DeflateEffort = DeflateEffort(),
        keepAlive: KeepAlive? = nil,
        keepsIdleStreams: Bool = true
    ) {
        self.role = role
        messageDeadline = limits.messageTimeout.map { MessageDeadline(limit: $0) }
        messageLimit = limits.messageBytes
        self.keepAlive = keepAlive
        compression = deflate.map {
            MessageCompression($0, role: role, effort: effort, keepsIdleStreams: keepsIdleStreams)
        }
        decoder = FrameDecoder(role: role, frameLimit: limits.frameBytes, allowsCompression: deflate != nil)
        assembler = MessageAssembler(messageLimit: limits.messageBytes)
        encoder = FrameEncoder(role: role, maskKeys: maskKeys)
        closing = ClosingHandshake(role: role, timeout: limits.closeTimeout)
    }

    /// Whether messages may still be sent.
    package var isOpen: Bool { closing.isOpen }

    /// What to do with the TCP connection once the output is written.
    package var fate: ClosingHandshake.Fate { closing.fate }

    /// Checks the time limits for a silent or closing peer. The first call starts the limit for silence; the first call
    /// after closing began starts the limit for closing. It may queue a Ping.
    ///
    /// - Parameter now: The driver's monotonic clock, in nanoseconds.
    /// - Returns: When to check again, or that the driver must drop the connection.
    package mutating func clockReached(_ now: Int64) -> ClosingHandshake.ClockAnswer {
        guard isOpen else { return closing.clockReached(now) }
        switch messageDeadline?.clockReached(now) {
        case .overdue?:
            fail(.policyViolation, reason: "a message was not complete in time")
            return closing.clockReached(now)
        case .wait(let until)?: return checkSilence(now).sooner(than: until)
        case nil: return checkSilence(now)
        }
    }

    private mutating func checkSilence(_ now: Int64) -> ClosingHandshake.ClockAnswer {
        guard let answer = keepAlive?.clockReached(now) else { return closing.clockReached(now) }
        switch answer {
        case .wait(let until): return .wait(until: until)
        case .ping(let lookAgainAt):
            sendPing()
            return .wait(until: lookAgainAt)
        case .dead: return .drop
        }
    }

    /// The bytes to write next, or `nil` if nothing is queued.
    package mutating func takeOutput() -> ByteBuffer? {
        guard output.readableBytes > 0 else { return nil }
        defer { output = ByteBuffer() }
        return output
    }
}

// MARK: - Receiving

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

// MARK: - Sending

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

    private mutating func writeClose(_ close: ClosePayload) {
        write(.close, close.encoded)
    }

    private mutating func write(_ opcode: Opcode, _ payload: ByteBuffer, isCompressed: Bool = false) {
        sent.book(encoder.write(opcode, payload: payload, isCompressed: isCompressed, into: &output))
    }
}

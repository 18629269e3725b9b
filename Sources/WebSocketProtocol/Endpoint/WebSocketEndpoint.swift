import NIOCore

/// One side of an open WebSocket connection, from the opening handshake to the end (RFC 6455 §5–§8).
///
/// Do not copy it: with compression, a copy would share zlib's windows.
package struct WebSocketEndpoint {
    let role: WebSocketRole

    var decoder: FrameDecoder
    var assembler: MessageAssembler
    var encoder: FrameEncoder
    var closing: ClosingHandshake
    var compression: MessageCompression?
    var keepAlive: KeepAlive?
    var messageDeadline: MessageDeadline?
    let messageLimit: Int
    var pending = ByteBuffer()
    var output = ByteBuffer()
    var booked = FrameTally()
    var receivedBytes = 0

    /// Tally of all frames sent, including output that is not yet taken.
    package internal(set) var sent = FrameTally()

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

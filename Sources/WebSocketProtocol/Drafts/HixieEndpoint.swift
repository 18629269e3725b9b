import NIOCore

/// One side of an open WebSocket of a hixie draft, from the opening handshake to the end; both roles frame alike.
///
/// Driven as ``WebSocketEndpoint`` is. hixie-75 has no closing handshake: whoever has enough drops the connection.
package struct HixieEndpoint: Sendable {
    private let hasClosingFrame: Bool
    private var decoder: HixieFrameDecoder
    private var closing: ClosingHandshake
    private var pending = ByteBuffer()
    private var output = ByteBuffer()
    private var booked = FrameTally()
    private var receivedBytes = 0

    /// Everything sent, encoded output that is not yet taken included.
    package private(set) var sent = FrameTally()

    /// - Parameters:
    ///   - version: One of the hixie drafts.
    ///   - role: This side.
    ///   - limits: What the peer may cost. A message is one frame, so the smaller of both limits counts.
    package init(_ version: WebSocketVersion, role: WebSocketRole, limits: WebSocketLimits = WebSocketLimits()) {
        precondition(version.isHixie, "later drafts have RFC 6455's frames")
        hasClosingFrame = version == .hixie76
        decoder = HixieFrameDecoder(frameLimit: min(limits.frameBytes, limits.messageBytes))
        closing = ClosingHandshake(role: role, timeout: limits.closeTimeout)
    }

    /// Whether messages may still be sent.
    package var isOpen: Bool { closing.isOpen }

    /// What to do with the TCP connection once the output is written.
    package var fate: ClosingHandshake.Fate { closing.fate }

    /// The bytes to write next, or `nil` if there are none.
    package mutating func takeOutput() -> ByteBuffer? {
        guard output.readableBytes > 0 else { return nil }
        defer { output = ByteBuffer() }
        return output
    }

    /// Queues a text message.
    ///
    /// - Returns: `false` if the connection is closing; nothing is queued then.
    @discardableResult
    package mutating func send(text payload: ByteBuffer) -> Bool {
        guard isOpen else { return false }
        HixieFrames.writeText(payload, into: &output)
        sent.bookHixieText(bytes: payload.readableBytes)
        return true
    }

    /// Begins the end. Without effect if it has begun.
    package mutating func close() {
        guard closing.closeRequested() else { return }
        if hasClosingFrame {
            writeClosing()
        } else {
            // Without a closing handshake nothing is waited for: it is over as if both had closed.
            _ = closing.closeArrived()
        }
    }

    private mutating func writeClosing() {
        output.writeBytes(HixieFrames.closing)
        sent.bookHixieControl(bytes: HixieFrames.closing.count)
    }
}

// MARK: - Receiving

extension HixieEndpoint {
    /// Every byte passed to ``receive(_:)``, by what it was; skipped frames count as control frames. Bytes of a frame
    /// still unfinished are in ``unfinishedBytes`` instead.
    package var received: FrameTally {
        var tally = booked
        if !closing.readsInput { tally.discardedBytes = receivedBytes - booked.frameBytes }
        return tally
    }

    /// Bytes received that do not make up a whole frame yet.
    package var unfinishedBytes: Int { closing.readsInput ? receivedBytes - booked.frameBytes : 0 }

    /// Takes what was read from the connection, without a copy if nothing is left over from before.
    ///
    /// - Parameter bytes: Left empty.
    package mutating func receive(_ bytes: inout ByteBuffer) {
        receivedBytes += bytes.readableBytes
        if closing.readsInput {
            if pending.readableBytes == 0 {
                pending = bytes
            } else {
                if pending.writableBytes < bytes.readableBytes { pending.discardReadBytes() }
                pending.writeBuffer(&bytes)
            }
        }
        bytes = ByteBuffer()
    }

    /// Decodes the next thing that the peer said: a text message or its closing frame.
    ///
    /// - Returns: `nil` until more is received, and for ever after a closing frame or an error.
    /// - Throws: ``HixieError`` once; nothing can be said to the peer, and all later input is discarded.
    package mutating func nextEvent() throws(HixieError) -> WebSocketEvent? {
        do {
            while closing.readsInput, let frame = try decoder.next(from: &pending) {
                if let event = event(of: frame) { return event }
            }
        } catch {
            pending = ByteBuffer()
            _ = closing.peerFailed()
            throw error
        }
        if pending.readableBytes == 0 { pending = ByteBuffer() }
        return nil
    }

    private mutating func event(of frame: HixieFrameDecoder.Frame) -> WebSocketEvent? {
        switch frame {
        case .text(let payload):
            booked.bookHixieText(bytes: payload.readableBytes)
            return .message(.text, payload)
        case .skipped(let wireBytes):
            booked.bookHixieControl(bytes: wireBytes)
            return nil
        case .closing(let wireBytes):
            booked.bookHixieControl(bytes: wireBytes)
            guard hasClosingFrame else { return nil }
            pending = ByteBuffer()
            if closing.closeArrived() { writeClosing() }
            return .closeReceived(nil, reason: "")
        }
    }
}

import NIOCore
import WebSocketProtocol

/// One side of an open WebSocket of a hixie draft, from the opening handshake to the end. Both roles have the same
/// frames.
///
/// hixie-75 has no closing handshake: either side may drop the connection.
struct HixieEndpoint: CountingSession, Sendable {
    let hasClosingHandshake: Bool
    let masksFrames = false
    let closesWithReason = false
    // There are no Pings, and only the frame limit bounds the size of a message.
    let wantsClock = false

    private var decoder: HixieFrameDecoder
    private var closing: ClosingHandshake
    private var pending = ByteBuffer()
    private var output = ByteBuffer()
    private var counted = FrameTally()
    private var receivedBytes = 0

    /// Everything sent, including encoded output that is not taken yet.
    private(set) var sent = FrameTally()

    /// - Parameters:
    ///   - version: One of the hixie drafts.
    ///   - role: This side.
    ///   - limits: Size limits. A message is one frame, so the smaller of both limits applies.
    init(_ version: WebSocketVersion, role: WebSocketRole, limits: WebSocketLimits = WebSocketLimits()) {
        precondition(version.isHixie, "later drafts have RFC 6455's frames")
        hasClosingHandshake = version == .hixie76
        decoder = HixieFrameDecoder(frameLimit: min(limits.frameBytes, limits.messageBytes))
        closing = ClosingHandshake(role: role, timeout: limits.closeTimeout)
    }

    var isOpen: Bool { closing.isOpen }

    var fate: ClosingHandshake.Fate { closing.fate }

    mutating func takeOutput() -> ByteBuffer? {
        guard output.readableBytes > 0 else { return nil }
        defer { output = ByteBuffer() }
        return output
    }

    @discardableResult
    mutating func send(_ kind: MessageKind, _ payload: ByteBuffer) -> Bool {
        precondition(kind == .text, "the hixie drafts have no binary messages")
        guard isOpen else { return false }
        HixieFrames.writeText(payload, into: &output)
        sent.bookHixieText(bytes: payload.readableBytes)
        return true
    }

    mutating func close(_ code: CloseCode? = nil, reason: String = "") {
        guard closing.closeRequested() else { return }
        if hasClosingHandshake {
            writeClosing()
        } else {
            // Without a closing handshake there is no answer to wait for: the state is as if both sides had closed.
            _ = closing.closeArrived()
        }
    }

    // The drafts have no frame that reports an error to the peer.
    mutating func fail(_ code: CloseCode, reason: String) {
        pending = ByteBuffer()
        _ = closing.peerFailed()
    }

    mutating func clockReached(_ now: Int64) -> ClosingHandshake.ClockAnswer {
        closing.clockReached(now)
    }

    private mutating func writeClosing() {
        output.writeBytes(HixieFrames.closing)
        sent.bookHixieControl(bytes: HixieFrames.closing.count)
    }
}

// MARK: - Receiving

extension HixieEndpoint {
    /// Skipped frames count as control frames.
    var received: FrameTally {
        var tally = counted
        if !closing.readsInput { tally.discardedBytes = receivedBytes - counted.frameBytes }
        return tally
    }

    var unfinishedBytes: Int { closing.readsInput ? receivedBytes - counted.frameBytes : 0 }

    var heldBytes: Int { unfinishedBytes }

    mutating func receive(_ bytes: inout ByteBuffer) {
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

    mutating func nextEvent() throws(WebSocketError) -> WebSocketEvent? {
        do {
            while closing.readsInput, let frame = try decoder.next(from: &pending) {
                if let event = event(of: frame) { return event }
            }
        } catch {
            fail(error.closeCode, reason: "")
            throw error
        }
        if pending.readableBytes == 0 { pending = ByteBuffer() }
        return nil
    }

    private mutating func event(of frame: HixieFrameDecoder.Frame) -> WebSocketEvent? {
        switch frame {
        case .text(let payload):
            counted.bookHixieText(bytes: payload.readableBytes)
            return .message(.text, payload)
        case .skipped(let wireBytes):
            counted.bookHixieControl(bytes: wireBytes)
            return nil
        case .closing(let wireBytes):
            counted.bookHixieControl(bytes: wireBytes)
            guard hasClosingHandshake else { return nil }
            pending = ByteBuffer()
            if closing.closeArrived() { writeClosing() }
            return .closeReceived(nil, reason: "")
        }
    }
}

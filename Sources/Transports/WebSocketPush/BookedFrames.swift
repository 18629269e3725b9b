import WebSocketProtocol
import WireAccounting

/// What a client's ledger already holds of its endpoint's own books.
struct BookedFrames {
    private var received = FrameTally()
    private var sent = FrameTally()
    // The tally holds control frames whole; a masked one has a key, which is a layer of its own.
    private let controlKeyBytes: Int

    /// `masks`: whether what the client sends is masked (RFC 6455 §5.3).
    init(masks: Bool) {
        controlKeyBytes = masks ? 4 : 0
    }

    /// Books what was received since the last time.
    ///
    /// - Returns: The bytes of whole messages among it, after inflating.
    @discardableResult
    mutating func book(received now: FrameTally, in ledger: inout ByteLedger) -> Int {
        defer { received = now }
        Self.book(now, beyond: received, .down, &ledger)
        return now.messageBytes - received.messageBytes
    }

    /// Books what was sent since the last time.
    mutating func book(sent now: FrameTally, in ledger: inout ByteLedger) {
        let keys = controlKeyBytes * (now.controlFrames - sent.controlFrames)
        Self.book(now, beyond: sent, .up, &ledger, controlKeys: keys)
        sent = now
    }

    private static func book(
        _ now: FrameTally, beyond before: FrameTally, _ direction: Direction, _ ledger: inout ByteLedger,
        controlKeys: Int = 0
    ) {
        ledger.book(now.payloadBytes - before.payloadBytes, .payload, direction)
        ledger.book(now.headerBytes - before.headerBytes, .webSocketFrameHeader, direction)
        let masks = now.maskBytes - before.maskBytes + controlKeys
        if masks != 0 { ledger.book(masks, .webSocketMask, direction) }
        let control = now.controlBytes + now.discardedBytes - before.controlBytes - before.discardedBytes - controlKeys
        if control != 0 { ledger.book(control, .webSocketControl, direction) }
    }
}

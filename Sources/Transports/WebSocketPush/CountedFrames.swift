import WebSocketProtocol
import WireAccounting

/// The part of an endpoint's frame tallies that the client's ledger already contains.
struct CountedFrames {
    private var received = FrameTally()
    private var sent = FrameTally()
    // The tally counts control frames as a whole; the ledger counts their mask keys in a separate layer.
    private let controlKeyBytes: Int

    /// - Parameter masks: Whether the client masks its frames (RFC 6455 §5.3).
    init(masks: Bool) {
        controlKeyBytes = masks ? 4 : 0
    }

    /// Adds the frames received since the last call to the ledger.
    ///
    /// - Returns: The bytes of complete messages among them, after inflating.
    @discardableResult
    mutating func book(received now: FrameTally, in ledger: inout ByteLedger) -> Int {
        defer { received = now }
        Self.book(now, beyond: received, .down, &ledger)
        return now.messageBytes - received.messageBytes
    }

    /// Adds the frames sent since the last call to the ledger.
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

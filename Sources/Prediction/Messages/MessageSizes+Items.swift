import Codecs
import Feed
import Measurement
import NIOCore
import Transports
import WireAccounting

/// What an item costs in each kind of transport.
extension MessageSizes {
    /// What an item costs, apart from chunks: its bytes, what surrounds it in a body, and its frame's header.
    ///
    /// - Parameters:
    ///   - cursorDigits: Decimal digits of its sequence, at least 1.
    ///   - base36Digits: Digits of its sequence and due time in base 36, which the binary form does not send.
    /// - Returns: Bytes of one item.
    package func item(cursorDigits: Int, base36Digits: Int) -> ByteLedger {
        if messages != nil { return echo() }
        let sequence = Self.number(digits: max(1, cursorDigits))
        var window = FeedWindow(capacity: 1, after: sequence - 1)
        let ownDigits = ItemText.headerBytes(sequence: sequence, dueMicroseconds: 0) - 3
        let due = (1..<max(1, min(12, base36Digits - ownDigits))).reduce(Int64(1)) { power, _ in power * 36 }
        var text = ByteBuffer()
        ItemText.writeHeader(sequence: sequence, dueMicroseconds: due, into: &text)
        let item = item(sequence, due, after: text)
        var ledger: ByteLedger
        switch type.client {
        case .exchanges(let make):
            let listener = make(rehearsal.setup(cursor: sequence - 1))
            ledger = listener.isStreaming ? streamed(item, &window) : polled(item, &window)
        case .connection: ledger = pushed(item, &window)
        }
        ledger.book(-Int(ledger[.framing, .down]), .framing, .down)
        return ledger
    }

    /// - Returns: The item with data after its header; bytes that are not text also as Base64.
    func item(_ sequence: UInt64, _ due: Int64, after header: ByteBuffer) -> FeedItem {
        let data = [UInt8](repeating: 0x2e, count: max(0, payload - header.readableBytes))
        var (text, binary) = (header, header)
        binary.writeBytes(data)
        guard content == .random else { return FeedItem(sequence: sequence, dueMicroseconds: due, text: binary) }
        text.writeString(Base64.encode(data))
        return FeedItem(sequence: sequence, dueMicroseconds: due, text: text, binary: binary)
    }

    private func polled(_ item: FeedItem, _ window: inout FeedWindow) -> ByteLedger {
        var ledger = ByteLedger()
        guard case .exchanges(let make) = type.client else { return ledger }
        var listener = make(rehearsal.setup(cursor: item.sequence - 1))
        guard let head = Rehearsal.head(of: rehearsal.requestText(of: listener)),
            var subscriber = rehearsal.subscriber(for: head)
        else { return ledger }
        window.append(item)
        let actions = subscriber.opened(window, at: MonotonicInstant(nanoseconds: 0))
        let bytes = rehearsal.bytes(of: actions, from: subscriber, window: window)
        if let (_, body) = Rehearsal.split(bytes) { listener.read(body, into: &ledger) }
        return ledger
    }

    private func streamed(_ item: FeedItem, _ window: inout FeedWindow) -> ByteLedger {
        var ledger = ByteLedger()
        guard var stream = Stream(rehearsal, cursor: item.sequence - 1) else { return ledger }
        window.append(item)
        stream.publish(window, rehearsal, into: &ledger)
        return ledger
    }

    private func pushed(_ item: FeedItem, _ window: inout FeedWindow) -> ByteLedger {
        guard var socket = Socket(rehearsal, cursor: item.sequence - 1) else { return ByteLedger() }
        let opening = socket.ledger
        window.append(item)
        socket.publish(window, rehearsal)
        return socket.ledger.since(opening)
    }
}

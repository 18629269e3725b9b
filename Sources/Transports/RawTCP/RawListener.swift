import Feed
import NIOCore
import WireAccounting

/// A raw TCP client of the feed.
struct RawListener: ConnectionListener {
    let finishesByEndingOutput = true
    private(set) var isOpen = false
    private let line: String
    private var reader = LengthPrefixedReader()
    private var isOver = false

    init(_ setup: ListenerSetup) {
        line = FirstLine.text(RawTCP.firstWord, after: setup.cursor)
    }

    /// The server sends no handshake, so the connection counts as open at once.
    mutating func connected(ledger: inout ByteLedger) -> ByteBuffer {
        isOpen = true
        ledger.book(line.utf8.count, .handshake, .up)
        return ByteBuffer(string: line)
    }

    mutating func received(
        _ bytes: inout ByteBuffer, ledger: inout ByteLedger, events: (ListenerEvent) -> Void
    ) {
        var isOver = isOver
        bytes.withUnsafeReadableBytes { raw in
            reader.read(raw, ledger: &ledger) { Self.take($0, &isOver, events) }
        }
        self.isOver = isOver
        bytes.clear()
    }

    func takeOutput(ledger: inout ByteLedger) -> ByteBuffer? { nil }

    func finish() -> Bool { !isOver }

    var isOrderlyEnd: Bool { isOver }
    var isWithinItem: Bool { reader.isWithinMessage }

    private static func take(
        _ event: LengthPrefixedReader.Event, _ isOver: inout Bool, _ events: (ListenerEvent) -> Void
    ) {
        if isOver { return events(.fault("the server sent data after its last message")) }
        switch event {
        case .item(let item): events(.item(item))
        case .endless: events(.fault(ItemLimits.endlessItem))
        case .notItem: events(.fault("the server sent a message that is not an item; an item is SEQUENCE,DUE,DATA"))
        case .notice(let text):
            isOver = true
            if let oldest = GapNotice.oldest(in: text), oldest > 0 {
                events(.gap(through: oldest - 1))
            } else {
                events(.ended("the server ended the feed: \(text)"))
            }
        }
    }
}

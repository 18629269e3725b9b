import WireAccounting

/// The content of a stream of a server with another dialect, unless it is an SSE stream.
struct DialectLines: StreamContent {
    private var items: DialectItems
    let endsItemsWithChunks: Bool
    let reconnectionTime: Duration? = nil

    init(_ setup: ListenerSetup) {
        items = DialectItems(setup, ownBoundary: .line)
        endsItemsWithChunks = setup.dialect.boundary == .chunk
    }

    static let mediaType: String? = nil

    var isWithinItem: Bool { items.isWithinItem }
    var isEndless: Bool { items.isUnusable }

    mutating func read(
        _ bytes: UnsafeRawBufferPointer, ledger: inout ByteLedger, events: (ListenerEvent) -> Void
    ) {
        items.read(bytes, ledger: &ledger, events: events)
    }

    mutating func endItem(events: (ListenerEvent) -> Void) {
        items.end(events: events)
    }
}

import WireAccounting

/// Reads the bodies that a polling client receives from a server with another dialect, and remembers its cursor.
struct DialectBody {
    /// Whether status 410 announces lost items, as with PushLab's server, whose cursor the requests have.
    let reportsGaps: Bool
    private var items: DialectItems
    private var progress: ItemProgress
    private var validators: ValidatorCursor?
    // The client requests only the newest item: it skips the items between its cursor and that item.
    private let latestOnly: Bool

    /// Whether the last response was complete and brought an item that can be a new one.
    private(set) var hasProgressed = false

    /// - Returns: `nil` for PushLab's own dialect.
    init?(_ setup: ListenerSetup, latestOnly: Bool) {
        if setup.dialect.isOwn { return nil }
        reportsGaps = setup.dialect.cursor == .own
        items = DialectItems(setup, ownBoundary: .line)
        progress = ItemProgress(after: setup.cursor)
        validators = ValidatorCursor(setup.dialect)
        self.latestOnly = latestOnly
    }

    /// Last sequence received.
    var cursor: UInt64 { progress.newest }
    var wantsValidators: Bool { validators != nil }
    /// Field lines of the next request that are the client's cursor.
    var cursorLines: [String] { validators?.fieldLines ?? [] }
    var isWithinItem: Bool { items.isWithinItem }
    var isUnusable: Bool { items.isUnusable }

    /// Another response begins.
    mutating func begin() {
        items.begin()
        progress.begin()
        validators?.begin()
        hasProgressed = false
    }

    mutating func responseBegan(_ coding: ResponseCoding) {
        validators?.responseBegan(coding)
    }

    mutating func read(
        _ bytes: UnsafeRawBufferPointer, ledger: inout ByteLedger, events: (ListenerEvent) -> Void
    ) {
        var progress = progress
        items.read(bytes, ledger: &ledger) { event in
            if latestOnly, case .item(let item) = event, item.sequence > progress.newest + 1 {
                events(.skipped(through: item.sequence - 1))
            }
            progress.take(event)
            events(event)
        }
        self.progress = progress
    }

    /// The last byte of the body has arrived.
    mutating func bodyEnded(events: (ListenerEvent) -> Void) {
        var progress = progress
        items.end { event in
            progress.take(event)
            events(event)
        }
        self.progress = progress
    }

    /// The response is complete and valid.
    mutating func responseEnded() {
        guard progress.hasItem else { return }
        let change = validators?.responseHadItem() ?? .unknown
        hasProgressed =
            progress.hasNewItem || change == .moved || (progress.hasUnnumberedItem && change == .unknown)
    }

    /// The server no longer has the items up to and including this sequence.
    mutating func lost(through sequence: UInt64) {
        progress.lost(through: sequence)
    }

    /// Whether a status, apart from 200, says only that there is no item. 408 ends a long poll of nchan.
    static func isEmpty(_ status: Int) -> Bool { status == 204 || status == 304 || status == 408 }
}

import Feed
import WireAccounting

/// A polling client's reading of response bodies, whatever their status.
struct PollBody: Sendable {
    private var items = LineItemReader()
    private var refusal = RefusalText()

    /// Last sequence received.
    private(set) var cursor: UInt64

    // The client asked for the newest item only: what lies between its cursor and that item is done without.
    private let latestOnly: Bool

    init(cursor: UInt64, latestOnly: Bool = false) {
        self.cursor = cursor
        self.latestOnly = latestOnly
    }

    /// A response begins; what one that broke off left behind is forgotten.
    mutating func begin() {
        items = LineItemReader()
        refusal.begin()
    }

    mutating func arrived(
        _ bytes: UnsafeRawBufferPointer, status: Int, ledger: inout ByteLedger, events: (ListenerEvent) -> Void
    ) {
        guard status == 200 else {
            ledger.book(bytes.count, .envelope, .down)
            refusal.arrived(bytes)
            return
        }
        var newest = cursor
        items.read(bytes, ledger: &ledger) { event in
            if case .item(let item) = event {
                if latestOnly, item.sequence > newest + 1 { events(.skipped(through: item.sequence - 1)) }
                newest = max(newest, item.sequence)
            }
            events(event)
        }
        cursor = newest
    }

    mutating func ended(status: Int, events: (ListenerEvent) -> Void) {
        switch status {
        case 200, 204:
            if items.isWithinItem { events(.fault("the response ends within an item; each item ends in LF")) }
        default:
            let event = refusal.event(status: status, cursor: cursor)
            if case .gap(let through) = event { cursor = through }
            events(event)
        }
    }
}

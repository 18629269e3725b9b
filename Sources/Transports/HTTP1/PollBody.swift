import Feed
import WireAccounting

/// A polling client's reading of response bodies, whatever their status.
struct PollBody: Sendable {
    private var items = LineItemReader()
    // First bytes of a body that is not items: a gap notice or a refusal's sentence.
    private var beginning: [UInt8] = []

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
        beginning.removeAll(keepingCapacity: true)
    }

    mutating func arrived(
        _ bytes: UnsafeRawBufferPointer, status: Int, ledger: inout ByteLedger, events: (ListenerEvent) -> Void
    ) {
        guard status == 200 else {
            ledger.book(bytes.count, .envelope, .down)
            beginning.append(contentsOf: bytes.prefix(max(0, 256 - beginning.count)))
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
        let text = String(decoding: beginning, as: UTF8.self)
        beginning.removeAll(keepingCapacity: true)
        switch status {
        case 200, 204:
            if items.isWithinItem { events(.fault("the response ends within an item; each item ends in LF")) }
        case 410:
            guard let oldest = GapNotice.oldest(in: text), oldest > cursor else {
                return events(.fault("the server answered 410 without the oldest sequence it keeps"))
            }
            cursor = oldest - 1
            events(.gap(through: cursor))
        default: events(.fault("the server answered \(status): \(text.prefix { !$0.isNewline })"))
        }
    }
}

import Feed
import WireAccounting

/// Reads a polling client's response bodies, of every status.
struct PollBody {
    private var items: LineItemReader
    private let itemBytes: Int?
    private var refusal = RefusalText()

    /// Last sequence received.
    private(set) var cursor: UInt64

    // The client requests only the newest item: it skips the items between its cursor and that item.
    private let latestOnly: Bool

    // `nil` if the client does not accept compressed bodies.
    private let gunzip: Gunzip?
    private var isCompressed = false
    private var isBroken = false
    private var headFault: String?

    init(cursor: UInt64, latestOnly: Bool = false, mayBeCompressed: Bool = false, itemBytes: Int? = nil) {
        self.cursor = cursor
        self.itemBytes = itemBytes
        items = LineItemReader(itemBytes: itemBytes)
        self.latestOnly = latestOnly
        gunzip = mayBeCompressed ? Gunzip() : nil
    }

    var mayBeCompressed: Bool { gunzip != nil }

    /// A new response begins: discards the state of an interrupted one.
    mutating func begin() {
        items = LineItemReader(itemBytes: itemBytes)
        refusal.begin()
        (isCompressed, isBroken, headFault) = (false, false, nil)
    }

    var isWithinItem: Bool { items.isWithinItem }

    /// Whether the rest of the response is unusable.
    var wantsNoMore: Bool { isBroken || items.isEndless }

    /// The headers of a response with a body have arrived.
    mutating func began(_ coding: ResponseCoding) {
        guard coding.isGzip, mayBeCompressed else {
            headFault = coding.unrequestedEncodingFault
            return
        }
        gunzip?.begin()
        isCompressed = true
    }

    mutating func arrived(
        _ bytes: UnsafeRawBufferPointer, status: Int, ledger: inout ByteLedger, events: (ListenerEvent) -> Void
    ) {
        guard status == 200 else {
            ledger.book(bytes.count, .envelope, .down)
            refusal.arrived(bytes)
            return
        }
        if let fault = headFault {
            (headFault, isBroken) = (nil, true)
            events(.fault(fault))
        }
        guard isCompressed, let gunzip else {
            guard isBroken else { return read(bytes, &ledger, events) }
            return ledger.book(bytes.count, .envelope, .down)
        }
        // Compressed bytes cannot be split into items and line ends. All count as payload, because most belong to
        // items.
        ledger.book(bytes.count, .payload, .down)
        if isBroken { return }
        var unbooked = ByteLedger()
        do throws(GzipFault) {
            try gunzip.read(bytes) { read($0, &unbooked, events) }
        } catch {
            isBroken = true
            events(.fault("the response has Content-Encoding: gzip, but its body is not a gzip stream"))
        }
    }

    private mutating func read(
        _ bytes: UnsafeRawBufferPointer, _ ledger: inout ByteLedger, _ events: (ListenerEvent) -> Void
    ) {
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
        case 200, 204, 304:
            if items.isEndless { return }
            if items.isWithinItem { return events(.fault("the response ends inside an item; each item ends in LF")) }
            if isCompressed, !isBroken, gunzip?.isComplete == false {
                events(.fault("the response's gzip stream is incomplete"))
            }
        default:
            let event = refusal.event(status: status, cursor: cursor)
            if case .gap(let through) = event { cursor = through }
            events(event)
        }
    }
}

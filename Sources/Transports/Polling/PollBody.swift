import Feed
import WireAccounting

/// A polling client's reading of response bodies, whatever their status.
struct PollBody {
    private var items = LineItemReader()
    private var refusal = RefusalText()

    /// Last sequence received.
    private(set) var cursor: UInt64

    // The client asked for the newest item only: what lies between its cursor and that item is done without.
    private let latestOnly: Bool

    // Of a client that accepts compressed bodies.
    private let gunzip: Gunzip?
    private var isCompressed = false
    private var isBroken = false
    private var headFault: String?

    init(cursor: UInt64, latestOnly: Bool = false, mayBeCompressed: Bool = false) {
        self.cursor = cursor
        self.latestOnly = latestOnly
        gunzip = mayBeCompressed ? Gunzip() : nil
    }

    var mayBeCompressed: Bool { gunzip != nil }

    /// A response begins; what one that broke off left behind is forgotten.
    mutating func begin() {
        items = LineItemReader()
        refusal.begin()
        (isCompressed, isBroken, headFault) = (false, false, nil)
    }

    /// Whether bytes of an item have come and its end has not.
    var isWithinItem: Bool { items.isWithinItem }

    /// Whether nothing good can follow in this response.
    var wantsNoMore: Bool { isBroken || items.isEndless }

    /// The head of a response with a body is there.
    mutating func began(_ coding: ResponseCoding) {
        guard coding.isGzip, mayBeCompressed else {
            headFault = coding.faultOfUnaskedEncoding
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
        // Items and line ends share the compressed bytes; they are items' for the most part.
        ledger.book(bytes.count, .payload, .down)
        if isBroken { return }
        var unbooked = ByteLedger()
        do throws(Gunzip.Fault) {
            try gunzip.read(bytes) { read($0, &unbooked, events) }
        } catch {
            isBroken = true
            events(.fault("the response's body is no gzip stream, as its Content-Encoding says"))
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
            if items.isWithinItem { return events(.fault("the response ends within an item; each item ends in LF")) }
            if isCompressed, !isBroken, gunzip?.isComplete == false {
                events(.fault("the response's gzip stream breaks off"))
            }
        default:
            let event = refusal.event(status: status, cursor: cursor)
            if case .gap(let through) = event { cursor = through }
            events(event)
        }
    }
}

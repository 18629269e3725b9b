import Feed
import HTTP
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

    /// Reads the items of a server with another dialect than PushLab's; `nil` for PushLab's.
    private(set) var dialect: DialectBody?
    // `nil` if the body is not chunked. PushLab's server says the length of each body.
    private var chunks: ChunkedReader?
    private var areChunksBroken = false

    init(_ setup: ListenerSetup, latestOnly: Bool = false, mayBeCompressed: Bool = false) {
        cursor = setup.cursor
        itemBytes = setup.base64ItemBytes
        items = LineItemReader(itemBytes: itemBytes)
        self.latestOnly = latestOnly
        gunzip = mayBeCompressed ? Gunzip() : nil
        dialect = DialectBody(setup, latestOnly: latestOnly)
    }

    var mayBeCompressed: Bool { gunzip != nil }
    var seesFraming: Bool { dialect != nil }

    /// A new response begins: discards the state of an interrupted one.
    mutating func begin() {
        items = LineItemReader(itemBytes: itemBytes)
        refusal.begin()
        (isCompressed, isBroken, headFault) = (false, false, nil)
        (chunks, areChunksBroken) = (nil, false)
        dialect?.begin()
    }

    var isWithinItem: Bool { dialect?.isWithinItem ?? items.isWithinItem }

    /// Whether the rest of the response is unusable.
    var wantsNoMore: Bool { isBroken || isEndless }

    private var isEndless: Bool { dialect?.isUnusable ?? items.isEndless }

    /// The headers of a response with a body have arrived.
    mutating func began(_ coding: ResponseCoding) {
        dialect?.responseBegan(coding)
        if seesFraming, coding.isChunked { chunks = ChunkedReader() }
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
        guard chunks != nil else { return take(bytes, status, &ledger, events) }
        var rest = bytes
        var framingBytes = bytes.count
        defer { ledger.book(framingBytes, .framing, .down) }
        if areChunksBroken { return }
        do throws(ChunkedFault) {
            while let part = try chunks?.nextContent(&rest) {
                framingBytes -= part.count
                take(part, status, &ledger, events)
            }
        } catch {
            (areChunksBroken, isBroken) = (true, true)
            events(.fault("the server violated the chunked coding: \(error)"))
        }
    }

    private mutating func take(
        _ bytes: UnsafeRawBufferPointer, _ status: Int, _ ledger: inout ByteLedger, _ events: (ListenerEvent) -> Void
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
        if dialect != nil {
            dialect?.read(bytes, ledger: &ledger, events: events)
            return keepCursor()
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

    /// The last byte of the body has arrived.
    mutating func bodyEnded(status: Int, events: (ListenerEvent) -> Void) {
        guard status == 200, !isBroken else { return }
        dialect?.bodyEnded(events: events)
        keepCursor()
    }

    mutating func ended(status: Int, events: (ListenerEvent) -> Void) {
        switch status {
        case 200, 204, 304:
            if isEndless { return }
            if isWithinItem { return events(.fault("the response ends inside an item; each item ends in LF")) }
            if isCompressed, !isBroken, gunzip?.isComplete == false {
                return events(.fault("the response's gzip stream is incomplete"))
            }
            if status == 200, !isBroken { dialect?.responseEnded() }
        case let status where dialect != nil && DialectBody.isEmpty(status): break
        default:
            let takesGap = dialect?.reportsGaps ?? true
            let event = takesGap ? refusal.event(status: status, cursor: cursor) : refusal.fault(status: status)
            if case .gap(let through) = event {
                cursor = through
                dialect?.lost(through: through)
            }
            events(event)
        }
    }

    private mutating func keepCursor() {
        cursor = dialect?.cursor ?? cursor
    }
}

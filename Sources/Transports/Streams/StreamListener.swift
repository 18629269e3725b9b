import HTTP
import Measurement
import WireAccounting

/// Decodes the content of a stream's body, from bytes split at any positions.
protocol StreamContent: Sendable {
    /// - Parameter itemBytes: Size of every item whose data arrive in Base64; `nil` if they are text.
    init(itemBytes: Int?)

    /// Counts the bytes and calls `events` for each item or notice that they complete.
    mutating func read(_ bytes: UnsafeRawBufferPointer, ledger: inout ByteLedger, events: (ListenerEvent) -> Void)

    /// Whether an item is incomplete.
    var isWithinItem: Bool { get }

    /// Whether that item exceeds the size limit.
    var isEndless: Bool { get }

    /// The media type that a response must have; `nil` accepts any.
    static var mediaType: String? { get }

    /// How long clients should wait before they reconnect; `nil` if the server did not specify it.
    var reconnectionTime: Duration? { get }
}

/// The request of a streaming client that reconnects.
protocol StreamResumption: Sendable {
    func target(cursor: UInt64) -> String
    func fieldLines(cursor: UInt64) -> [String]
}

/// A client of a streamed response: reads until it ends, waits, and reconnects with its cursor.
struct StreamListener<Content: StreamContent, Resumption: StreamResumption>: ExchangeListener {
    let followsSchedule = false
    let isStreaming = true
    let skippedTicks: UInt64 = 0

    /// Last sequence received.
    private(set) var cursor: UInt64

    private let start: MonotonicInstant
    private let resumption: Resumption
    private var delay: ReconnectDelay
    private var content: Content
    private let itemBytes: Int?
    private let constantLines: [String]
    private var refusal = RefusalText()
    // `nil` if the body is not chunked.
    private var reader: ChunkedReader?
    private(set) var chunks = ChunkCounts()
    private var isBroken = false
    private var headFault: String?
    private var hasBegun = false
    private var hasReportedGap = false
    private var isDismissed = false
    // Whether the server may set the wait before a reconnect.
    private let followsServersTime: Bool

    private static var never: MonotonicInstant { MonotonicInstant(nanoseconds: .max) }

    init(_ setup: ListenerSetup, resumption: Resumption) {
        cursor = setup.cursor
        start = setup.start + setup.ramp * setup.phase
        delay = ReconnectDelay(seed: setup.seed, policy: setup.reconnect ?? ReconnectPolicy())
        followsServersTime = setup.reconnect == nil
        self.resumption = resumption
        itemBytes = setup.base64ItemBytes
        content = Content(itemBytes: itemBytes)
        constantLines = setup.options[RequestProfile.key].fieldLines(setup)
    }

    var target: String { resumption.target(cursor: cursor) }
    var fieldLines: [String] { constantLines + resumption.fieldLines(cursor: cursor) }

    mutating func nextRequestDue(at now: MonotonicInstant) -> MonotonicInstant {
        if isDismissed { return Self.never }
        if followsServersTime, let time = content.reconnectionTime { delay.first = time }
        content = Content(itemBytes: itemBytes)
        refusal.begin()
        chunks.begin()
        (reader, isBroken, headFault, hasReportedGap) = (nil, false, nil, false)
        defer { hasBegun = true }
        return hasBegun ? now + delay.next() : max(now, start)
    }

    mutating func cameBack() {
        hasBegun = false
    }

    mutating func responseBegan(status: Int, coding: ResponseCoding) {
        if coding.isChunked { reader = ChunkedReader() }
        if status == 200 { headFault = coding.unrequestedEncodingFault ?? Self.faultOfType(coding.contentType) }
    }

    private static func faultOfType(_ seen: String?) -> String? {
        guard let wanted = Content.mediaType else { return nil }
        let type = seen?.prefix { $0 != ";" && $0 != " " && $0 != "\t" } ?? ""
        if type == wanted { return nil }
        let text = type.isEmpty ? "without a Content-Type" : "as \(type.prefix(60))"
        return "the server sent an SSE stream \(text); browsers accept only \(wanted)"
    }

    var isWithinItem: Bool { content.isWithinItem || reader?.isWithinChunk == true }
    var wantsNoMore: Bool { isBroken || content.isEndless }

    mutating func bodyArrived(
        _ bytes: UnsafeRawBufferPointer, status: Int, ledger: inout ByteLedger, events: (ListenerEvent) -> Void
    ) {
        if let fault = headFault {
            (headFault, isBroken) = (nil, true)
            events(.fault(fault))
        }
        guard reader != nil else { return take(bytes, status, &ledger, events) }
        var rest = bytes
        var framingBytes = bytes.count
        defer { ledger.book(framingBytes, .framing, .down) }
        if isBroken { return }
        do throws(ChunkedFault) {
            while let part = try reader?.nextContent(&rest) {
                framingBytes -= part.count
                chunks.arrived(part.count, isComplete: reader?.isWithinChunk == false)
                take(part, status, &ledger, events)
            }
            if reader?.isComplete == true { chunks.ended() }
        } catch {
            isBroken = true
            events(.fault("the server violated the chunked coding: \(error)"))
        }
    }

    mutating func exchangeEnded(status: Int, events: (ListenerEvent) -> Void) {
        switch status {
        case 200:
            if isBroken || content.isEndless { return }
            if content.isWithinItem { return events(.fault("the stream ends inside an item")) }
            if !hasReportedGap { events(.ended("the server ended the stream")) }
        // The feed has ended and the client has every item, so it does not reconnect.
        case 204: isDismissed = true
        default:
            let event = refusal.event(status: status, cursor: cursor)
            if case .gap(let through) = event { cursor = through }
            events(event)
        }
    }

    private mutating func take(
        _ bytes: UnsafeRawBufferPointer, _ status: Int, _ ledger: inout ByteLedger, _ events: (ListenerEvent) -> Void
    ) {
        guard status == 200, !isBroken else {
            ledger.book(bytes.count, .envelope, .down)
            return refusal.arrived(bytes)
        }
        var newest = cursor
        var toldGap = false
        content.read(bytes, ledger: &ledger) { event in
            switch event {
            case .item(let item): newest = max(newest, item.sequence)
            case .gap(let through): (newest, toldGap) = (max(newest, through), true)
            case .foreign, .skipped, .ended, .fault: break
            }
            events(event)
        }
        if newest > cursor { delay.succeeded() }
        cursor = newest
        if toldGap { hasReportedGap = true }
    }
}

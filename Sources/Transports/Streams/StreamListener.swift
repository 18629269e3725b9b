import HTTP
import Measurement
import WireAccounting

/// What a streaming client finds in a body's content, however it is cut.
protocol StreamContent: Sendable {
    init()

    /// Books the bytes and calls `events` for what they complete.
    mutating func read(_ bytes: UnsafeRawBufferPointer, ledger: inout ByteLedger, events: (ListenerEvent) -> Void)

    /// Whether bytes of an item have come and its end has not.
    var isWithinItem: Bool { get }

    /// Whether that item is longer than any may be.
    var isEndless: Bool { get }

    /// The media type that a response must have; `nil` if any will do.
    static var mediaType: String? { get }

    /// How long the server wants its clients to wait before they come back, if it has said so.
    var reconnectionTime: Duration? { get }
}

/// How a streaming client asks for the rest when it comes back.
protocol StreamResumption: Sendable {
    func target(cursor: UInt64) -> String
    func fieldLines(cursor: UInt64) -> [String]
}

/// A client of a response that lasts: reads until it ends and comes back with its cursor, after a while.
struct StreamListener<Content: StreamContent, Resumption: StreamResumption>: ExchangeListener {
    let followsSchedule = false
    let isStreaming = true
    let skippedTicks: UInt64 = 0

    /// Last sequence received.
    private(set) var cursor: UInt64

    private let start: MonotonicInstant
    private let resumption: Resumption
    private var delay: ReconnectDelay
    private var content = Content()
    private var refusal = RefusalText()
    // `nil` if the body is not chunked.
    private var chunks: ChunkedReader?
    private var isBroken = false
    private var headFault: String?
    private var hasBegun = false
    private var hasToldGap = false
    private var isDismissed = false

    private static var never: MonotonicInstant { MonotonicInstant(nanoseconds: .max) }

    init(_ setup: ListenerSetup, resumption: Resumption) {
        cursor = setup.cursor
        start = setup.start + setup.ramp * setup.phase
        delay = ReconnectDelay(seed: setup.seed)
        self.resumption = resumption
    }

    var target: String { resumption.target(cursor: cursor) }
    var fieldLines: [String] { resumption.fieldLines(cursor: cursor) }

    mutating func nextRequestDue(at now: MonotonicInstant) -> MonotonicInstant {
        if isDismissed { return Self.never }
        if let time = content.reconnectionTime { delay.first = time }
        content = Content()
        refusal.begin()
        (chunks, isBroken, headFault, hasToldGap) = (nil, false, nil, false)
        defer { hasBegun = true }
        return hasBegun ? now + delay.next() : max(now, start)
    }

    mutating func responseBegan(status: Int, coding: ResponseCoding) {
        if coding.isChunked { chunks = ChunkedReader() }
        if status == 200 { headFault = coding.faultOfUnaskedEncoding ?? Self.faultOfType(coding.contentType) }
    }

    private static func faultOfType(_ seen: String?) -> String? {
        guard let wanted = Content.mediaType else { return nil }
        let type = seen?.prefix { $0 != ";" && $0 != " " && $0 != "\t" } ?? ""
        if type == wanted { return nil }
        let text = type.isEmpty ? "without a Content-Type" : "as \(type.prefix(60))"
        return "the server sent a stream of events \(text); a browser takes \(wanted) only"
    }

    var isWithinItem: Bool { content.isWithinItem || chunks?.isWithinChunk == true }
    var wantsNoMore: Bool { isBroken || content.isEndless }

    mutating func bodyArrived(
        _ bytes: UnsafeRawBufferPointer, status: Int, ledger: inout ByteLedger, events: (ListenerEvent) -> Void
    ) {
        if let fault = headFault {
            (headFault, isBroken) = (nil, true)
            events(.fault(fault))
        }
        guard chunks != nil else { return take(bytes, status, &ledger, events) }
        var rest = bytes
        var framingBytes = bytes.count
        defer { ledger.book(framingBytes, .framing, .down) }
        if isBroken { return }
        do throws(ChunkedFault) {
            while let part = try chunks?.nextContent(&rest) {
                framingBytes -= part.count
                take(part, status, &ledger, events)
            }
        } catch {
            isBroken = true
            events(.fault("the server broke the chunked coding: \(error)"))
        }
    }

    mutating func exchangeEnded(status: Int, events: (ListenerEvent) -> Void) {
        switch status {
        case 200:
            if isBroken || content.isEndless { return }
            if content.isWithinItem { return events(.fault("the stream ends within an item")) }
            if !hasToldGap { events(.ended("the server ended the stream")) }
        // The server has nothing for this client, now or later.
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
            case .skipped, .ended, .fault: break
            }
            events(event)
        }
        if newest > cursor { delay.succeeded() }
        cursor = newest
        if toldGap { hasToldGap = true }
    }
}

import HTTP
import Measurement
import WireAccounting

/// A client of a streamed response: reads until it ends, waits, and reconnects with its cursor.
struct StreamListener<Content: StreamContent, Resumption: StreamResumption>: ExchangeListener {
    let followsSchedule = false
    let isStreaming = true
    let wantsValidators: Bool
    let skippedTicks: UInt64 = 0

    /// Last sequence received.
    private(set) var cursor: UInt64

    private let start: MonotonicInstant
    private var resumption: Resumption
    private var delay: ReconnectDelay
    private var content: Content
    // As before the first byte.
    private let freshContent: Content
    private let endsItemsWithChunks: Bool
    private let constantLines: [String]
    private var refusal = RefusalText()
    // `nil` if the body is not chunked.
    private var reader: ChunkedReader?
    private(set) var chunks = ChunkCounts()
    private var isBroken = false
    private var headFault: String?
    private var hasBegun = false
    private var hasReportedGap = false
    private var hasItem = false
    private var isDismissed = false
    private let statuses: StreamStatuses
    // Whether the server may set the wait before a reconnect.
    private let followsServersTime: Bool

    private static var never: MonotonicInstant { MonotonicInstant(nanoseconds: .max) }

    init(_ setup: ListenerSetup, content: Content, resumption: Resumption) {
        cursor = setup.cursor
        start = setup.start + setup.ramp * setup.phase
        delay = ReconnectDelay(seed: setup.seed, policy: setup.reconnect ?? ReconnectPolicy())
        followsServersTime = setup.reconnect == nil
        wantsValidators = setup.dialect.cursor == .validators
        self.resumption = resumption
        self.content = content
        freshContent = content
        endsItemsWithChunks = content.endsItemsWithChunks
        statuses = StreamStatuses(setup.dialect, isEventStream: Content.mediaType != nil)
        constantLines = setup.dialect.replacing(setup.options[RequestProfile.key].fieldLines(setup))
    }

    var target: String { resumption.target(cursor: cursor) }
    var fieldLines: [String] { constantLines + resumption.fieldLines(cursor: cursor) }

    mutating func nextRequestDue(at now: MonotonicInstant) -> MonotonicInstant {
        if isDismissed { return Self.never }
        if followsServersTime, let time = content.reconnectionTime { delay.first = time }
        resumption.responseEnded(lastEventID: content.lastEventID, hadItem: hasItem)
        content = freshContent
        refusal.begin()
        chunks.begin()
        (reader, isBroken, headFault, hasReportedGap, hasItem) = (nil, false, nil, false, false)
        defer { hasBegun = true }
        return hasBegun ? now + delay.next() : max(now, start)
    }

    mutating func cameBack() {
        hasBegun = false
    }

    mutating func responseBegan(status: Int, coding: ResponseCoding) {
        if coding.isChunked { reader = ChunkedReader() }
        resumption.responseBegan(coding)
        if status == 200 {
            headFault =
                coding.unrequestedEncodingFault ?? Self.faultOfType(coding.contentType) ?? faultOfChunks(coding)
        }
    }

    private static func faultOfType(_ seen: String?) -> String? {
        guard let wanted = Content.mediaType else { return nil }
        let type = seen?.prefix { $0 != ";" && $0 != " " && $0 != "\t" } ?? ""
        if type == wanted { return nil }
        let text = type.isEmpty ? "without a Content-Type" : "as \(type.prefix(60))"
        return "the server sent an SSE stream \(text); browsers accept only \(wanted)"
    }

    private func faultOfChunks(_ coding: ResponseCoding) -> String? {
        guard endsItemsWithChunks, !coding.isChunked else { return nil }
        return "the server's response is not chunked, but each chunk should be an item; set another boundary of items"
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
                let isComplete = reader?.isWithinChunk == false
                chunks.arrived(part.count, isComplete: isComplete)
                take(part, status, &ledger, events)
                if endsItemsWithChunks, isComplete, status == 200 { endItem(events) }
            }
            if reader?.isComplete == true { chunks.ended() }
        } catch {
            isBroken = true
            events(.fault("the server violated the chunked coding: \(error)"))
        }
    }

    mutating func bodyEnded(status: Int, events: (ListenerEvent) -> Void) {
        if status == 200, !isBroken, !endsItemsWithChunks { endItem(events) }
    }

    mutating func exchangeEnded(status: Int, events: (ListenerEvent) -> Void) {
        switch statuses.meaning(of: status) {
        case .stream:
            if isBroken || content.isEndless { return }
            if content.isWithinItem { return events(endInsideItem) }
            if !hasReportedGap { events(.ended("the server ended the stream")) }
        case .end: isDismissed = true
        case .nothing: break
        case .refusal:
            let event = refusal.event(status: status, cursor: cursor)
            if case .gap(let through) = event { cursor = through }
            events(event)
        case .fault: events(refusal.fault(status: status))
        }
    }

    // Without its last chunk the response was cut off; otherwise the server has ended it there itself.
    private var endInsideItem: ListenerEvent {
        let isCutOff = reader.map { !$0.isComplete } ?? false
        if isCutOff { return .lostServer("the stream was cut off inside an item") }
        return .fault("the stream ends inside an item")
    }

    private mutating func take(
        _ bytes: UnsafeRawBufferPointer, _ status: Int, _ ledger: inout ByteLedger, _ events: (ListenerEvent) -> Void
    ) {
        guard status == 200, !isBroken else {
            ledger.book(bytes.count, .envelope, .down)
            return refusal.arrived(bytes)
        }
        var newest = cursor
        var (toldGap, tookItem) = (false, false)
        content.read(bytes, ledger: &ledger) { event in
            switch event {
            case .item(let item): newest = max(newest, item.sequence)
            case .foreign(let item): (newest, tookItem) = (max(newest, item.sequence ?? 0), true)
            case .gap(let through): (newest, toldGap) = (max(newest, through), true)
            case .skipped, .ended, .fault, .lostServer: break
            }
            events(event)
        }
        if newest > cursor || tookItem {
            delay.succeeded()
            hasItem = true
        }
        cursor = newest
        if toldGap { hasReportedGap = true }
    }

    // The end of a chunk or of the body ends an item.
    private mutating func endItem(_ events: (ListenerEvent) -> Void) {
        var progress = ItemProgress(after: cursor)
        content.endItem { event in
            progress.take(event)
            events(event)
        }
        guard progress.hasAdvanced else { return }
        delay.succeeded()
        hasItem = true
        cursor = progress.newest
    }
}

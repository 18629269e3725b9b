import Measurement
import WireAccounting

/// A client that polls on a fixed schedule. A late response delays one poll, never the schedule.
struct ShortPollListener: ExchangeListener {
    let followsSchedule = true
    let usesNewConnections: Bool
    let resumesSessions: Bool
    private(set) var skippedTicks: UInt64 = 0
    private var body: PollBody
    private let pacer: Pacer
    private var tick: Int64 = -1
    private let requestTarget: RequestTarget
    // Field lines of every request; a conditional request has more.
    private let constantLines: [String]
    private let isConditional: Bool
    // A response carries one item although more may be there, so the client asks again between two ticks.
    private let asksForMore: Bool
    private var extraPolls = 0

    // Per tick. A server that always has another item must not get an endless series of requests.
    static let maximumExtraPolls = 1_000

    init(_ setup: ListenerSetup) {
        let options = setup.options
        let dialect = setup.dialect
        let interval = options[ShortPolling.interval]
        let profile = options[RequestProfile.key]
        let empty = options[EmptyAnswer.key]
        let connection = options[PollConnection.key]
        let latestOnly = options[ShortPolling.latest]
        let acceptsGzip = options[ShortPolling.gzip] && !profile.acceptsGzip
        usesNewConnections = connection == .new
        resumesSessions = options[SessionResumption.key]
        isConditional = empty == .conditional && dialect.cursor == .own
        let extraQuery = (latestOnly ? "&latest=1" : "") + empty.query
        requestTarget =
            profile == .quantum2009 && dialect.target == nil
            ? RequestTarget(fixed: "\(Quantum2009.target)")
            : RequestTarget(dialect, path: ShortPolling.path, query: extraQuery)
        constantLines = dialect.replacing(
            profile.fieldLines(setup) + connection.fieldLines
                + (acceptsGzip ? ["Accept-Encoding: gzip"] : []))
        asksForMore = dialect.answersOneByOne
        body = PollBody(
            setup, latestOnly: latestOnly || profile == .quantum2009,
            mayBeCompressed: acceptsGzip || profile.acceptsGzip)
        let phase = Duration.nanoseconds(Int64(setup.phase * Double(interval.nanoseconds)))
        pacer = Pacer(origin: setup.start, phase: phase, interval: interval)
    }

    var cursor: UInt64 { body.cursor }
    var isWithinItem: Bool { body.isWithinItem }
    var wantsNoMore: Bool { body.wantsNoMore }
    var seesFraming: Bool { body.seesFraming }
    var wantsCoding: Bool { body.mayBeCompressed || seesFraming }
    var wantsValidators: Bool { body.dialect?.wantsValidators ?? false }

    var target: String { requestTarget.text(after: body.cursor) }
    var requestsDifferByCursor: Bool { !wantsValidators }

    var fieldLines: [String] {
        if isConditional { return constantLines + ["If-None-Match: \(EntityTag.text(body.cursor))"] }
        return wantsValidators ? constantLines + (body.dialect?.cursorLines ?? []) : constantLines
    }

    mutating func nextRequestDue(at now: MonotonicInstant) -> MonotonicInstant {
        let asksAgain = asksForMore && body.dialect?.hasProgressed == true && extraPolls < Self.maximumExtraPolls
        body.begin()
        if asksAgain {
            extraPolls += 1
            return now
        }
        extraPolls = 0
        tick += 1
        // Ticks that passed while the client waited for a response become one late poll; the others are skipped.
        if let current = pacer.tickDue(at: now), current.index > tick {
            skippedTicks += UInt64(current.index - tick)
            tick = current.index
        }
        return pacer.tick(tick).instant
    }

    mutating func responseBegan(status: Int, coding: ResponseCoding) {
        body.began(coding)
    }

    mutating func bodyArrived(
        _ bytes: UnsafeRawBufferPointer, status: Int, ledger: inout ByteLedger, events: (ListenerEvent) -> Void
    ) {
        body.arrived(bytes, status: status, ledger: &ledger, events: events)
    }

    mutating func bodyEnded(status: Int, events: (ListenerEvent) -> Void) {
        body.bodyEnded(status: status, events: events)
    }

    mutating func exchangeEnded(status: Int, events: (ListenerEvent) -> Void) {
        body.ended(status: status, events: events)
    }
}

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
    private let profile: RequestProfile
    private let extraQuery: String
    // Field lines of every request; a conditional request has one more.
    private let constantLines: [String]
    private let isConditional: Bool

    init(_ setup: ListenerSetup) {
        let options = setup.options
        let interval = options[ShortPolling.interval]
        profile = options[RequestProfile.key]
        let empty = options[EmptyAnswer.key]
        let connection = options[PollConnection.key]
        let latestOnly = options[ShortPolling.latest]
        let acceptsGzip = options[ShortPolling.gzip] && !profile.acceptsGzip
        usesNewConnections = connection == .new
        resumesSessions = options[SessionResumption.key]
        isConditional = empty == .conditional
        extraQuery = (latestOnly ? "&latest=1" : "") + empty.query
        constantLines =
            profile.fieldLines(setup) + connection.fieldLines
            + (acceptsGzip ? ["Accept-Encoding: gzip"] : [])
        body = PollBody(
            cursor: setup.cursor, latestOnly: latestOnly || profile == .quantum2009,
            mayBeCompressed: acceptsGzip || profile.acceptsGzip, itemBytes: setup.base64ItemBytes)
        let phase = Duration.nanoseconds(Int64(setup.phase * Double(interval.nanoseconds)))
        pacer = Pacer(origin: setup.start, phase: phase, interval: interval)
    }

    var cursor: UInt64 { body.cursor }
    var isWithinItem: Bool { body.isWithinItem }
    var wantsNoMore: Bool { body.wantsNoMore }
    var wantsCoding: Bool { body.mayBeCompressed }

    var target: String {
        profile == .quantum2009
            ? "\(Quantum2009.target)" : "\(ShortPolling.path)?after=\(body.cursor)\(extraQuery)"
    }

    var fieldLines: [String] {
        isConditional ? constantLines + ["If-None-Match: \(EntityTag.text(body.cursor))"] : constantLines
    }

    mutating func nextRequestDue(at now: MonotonicInstant) -> MonotonicInstant {
        body.begin()
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

    mutating func exchangeEnded(status: Int, events: (ListenerEvent) -> Void) {
        body.ended(status: status, events: events)
    }
}

import Measurement
import WireAccounting

/// A client that sends the next request as soon as it has a response, or after a pause.
struct LongPollListener: ExchangeListener {
    let followsSchedule = false
    let usesNewConnections: Bool
    let resumesSessions: Bool
    let skippedTicks: UInt64 = 0
    let hold: Duration
    let hasUnknownHold: Bool
    private let requestTarget: RequestTarget
    private let constantLines: [String]
    private var body: PollBody
    private let start: MonotonicInstant
    private let pause: Duration
    private var hasBegun = false
    // When the request under way was due.
    private var began = MonotonicInstant(nanoseconds: 0)

    // Between two requests to a third-party server whose response brings nothing new, from the first one's due time. A
    // server that does not hold requests would get thousands of them per second.
    static let emptyPause = Duration.milliseconds(100)

    init(_ setup: ListenerSetup) {
        let dialect = setup.dialect
        let requested = setup.options[LongPolling.hold]
        // Only PushLab's own query has the hold time.
        hasUnknownHold = dialect.cursor != .own
        hold = hasUnknownHold ? .zero : requested
        let connection = setup.options[PollConnection.key]
        let profile = setup.options[RequestProfile.key]
        constantLines = dialect.replacing(profile.fieldLines(setup) + connection.fieldLines)
        usesNewConnections = connection == .new
        resumesSessions = setup.options[SessionResumption.key]
        requestTarget = RequestTarget(
            dialect, path: LongPolling.path,
            query: "&hold=\(requested.nanoseconds / 1_000_000)ms" + setup.options[LongPolling.batch].query)
        pause = setup.options[LongPolling.pause]
        body = PollBody(setup, mayBeCompressed: profile.acceptsGzip)
        start = setup.start + setup.ramp * setup.phase
    }

    var cursor: UInt64 { body.cursor }
    var isWithinItem: Bool { body.isWithinItem }
    var wantsNoMore: Bool { body.wantsNoMore }
    var seesFraming: Bool { body.seesFraming }
    var wantsCoding: Bool { seesFraming }
    var wantsValidators: Bool { body.dialect?.wantsValidators ?? false }
    var target: String { requestTarget.text(after: body.cursor) }
    var requestsDifferByCursor: Bool { !wantsValidators }

    var fieldLines: [String] {
        wantsValidators ? constantLines + (body.dialect?.cursorLines ?? []) : constantLines
    }

    mutating func nextRequestDue(at now: MonotonicInstant) -> MonotonicInstant {
        let isSpaced = hasBegun && body.dialect?.hasProgressed == false
        body.begin()
        defer { hasBegun = true }
        var due = hasBegun ? max(now + pause, start) : max(now, start)
        if isSpaced { due = max(due, began + Self.emptyPause) }
        began = due
        return due
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

import Measurement
import WireAccounting

/// A client that sends the next request as soon as it has a response, or after a pause.
struct LongPollListener: ExchangeListener {
    let followsSchedule = false
    let fieldLines: [String]
    let usesNewConnections: Bool
    let resumesSessions: Bool
    let skippedTicks: UInt64 = 0
    private let extraQuery: String
    private var body: PollBody
    private let start: MonotonicInstant
    private let pause: Duration
    let hold: Duration
    private var hasBegun = false

    init(_ setup: ListenerSetup) {
        hold = setup.options[LongPolling.hold]
        let connection = setup.options[PollConnection.key]
        let profile = setup.options[RequestProfile.key]
        fieldLines = profile.fieldLines(setup) + connection.fieldLines
        usesNewConnections = connection == .new
        resumesSessions = setup.options[SessionResumption.key]
        extraQuery = "&hold=\(hold.nanoseconds / 1_000_000)ms" + setup.options[LongPolling.batch].query
        pause = setup.options[LongPolling.pause]
        body = PollBody(
            cursor: setup.cursor, mayBeCompressed: profile.acceptsGzip, itemBytes: setup.base64ItemBytes)
        start = setup.start + setup.ramp * setup.phase
    }

    var cursor: UInt64 { body.cursor }
    var isWithinItem: Bool { body.isWithinItem }
    var wantsNoMore: Bool { body.wantsNoMore }
    var target: String { "\(LongPolling.path)?after=\(body.cursor)\(extraQuery)" }

    mutating func nextRequestDue(at now: MonotonicInstant) -> MonotonicInstant {
        body.begin()
        defer { hasBegun = true }
        return hasBegun ? max(now + pause, start) : max(now, start)
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

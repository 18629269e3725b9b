import Measurement
import WireAccounting

/// A client that asks again as soon as it has an answer.
struct LongPollListener: ExchangeListener {
    let followsSchedule = false
    private let extraQuery: String
    let skippedTicks: UInt64 = 0
    private var body: PollBody
    private let start: MonotonicInstant

    init(_ setup: ListenerSetup) {
        guard let hold = setup.options.duration("hold") else { preconditionFailure("long polling has a hold time") }
        extraQuery = "&hold=\(hold.nanoseconds / 1_000_000)ms"
        body = PollBody(cursor: setup.cursor)
        start = setup.start + setup.ramp * setup.phase
    }

    var cursor: UInt64 { body.cursor }
    var target: String { "\(LongPolling.path)?after=\(body.cursor)\(extraQuery)" }

    mutating func nextRequestDue(at now: MonotonicInstant) -> MonotonicInstant {
        body.begin()
        return max(now, start)
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

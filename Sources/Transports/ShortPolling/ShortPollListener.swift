import Measurement
import WireAccounting

/// A client that polls on a fixed schedule. A late response delays one poll, never the schedule.
struct ShortPollListener: ExchangeListener {
    let followsSchedule = true
    private let extraQuery: String
    private(set) var skippedTicks: UInt64 = 0
    private var body: PollBody
    private let pacer: Pacer
    private var tick: Int64 = -1

    init(_ setup: ListenerSetup) {
        guard let interval = setup.options.duration("interval") else {
            preconditionFailure("short polling has an interval")
        }
        let latestOnly = setup.options.flag("latest")
        extraQuery = latestOnly ? "&latest=1" : ""
        body = PollBody(cursor: setup.cursor, latestOnly: latestOnly)
        let phase = Duration.nanoseconds(Int64(setup.phase * Double(interval.nanoseconds)))
        pacer = Pacer(origin: setup.start, phase: phase, interval: interval)
    }

    var cursor: UInt64 { body.cursor }
    var target: String { "\(ShortPolling.path)?after=\(body.cursor)\(extraQuery)" }

    mutating func nextRequestDue(at now: MonotonicInstant) -> MonotonicInstant {
        body.begin()
        tick += 1
        // Ticks that passed while a response was awaited are one late poll, not many.
        if let current = pacer.tickDue(at: now), current.index > tick {
            skippedTicks += UInt64(current.index - tick)
            tick = current.index
        }
        return pacer.tick(tick).instant
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

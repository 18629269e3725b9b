import Measurement
import WireAccounting

/// What a fleet's clients have received up to one instant, for a live view.
package struct FleetProgress: Sendable {
    /// Copies of items, duplicates included.
    package var received: UInt64 = 0
    /// Items that a newer one has overtaken.
    package var missed: UInt64 = 0
    package var newest: NewestItem?
    /// From due to arrival.
    package var latency = LatencyHistogram()
    package var ledger = ByteLedger()
    package var exchanges = ExchangeCounts()
    /// Requests without a complete response.
    package var openRequests = 0
    /// Of open and closed connections.
    package var kernel = KernelCount()
    /// The last failure, in one sentence, if no item arrived after it.
    package var trouble: String?

    package init() {}

    init(
        _ recorder: DeliveryRecorder, ledger: ByteLedger, exchanges: ExchangeCounts, openRequests: Int = 0,
        ended: KernelCount, open: [KernelCount]
    ) {
        received = recorder.received
        missed = recorder.missed
        newest = recorder.newest
        latency = recorder.latency
        trouble = recorder.trouble
        self.ledger = ledger
        self.exchanges = exchanges
        self.openRequests = openRequests
        kernel = open.reduce(into: ended) { $0.merge($1) }
    }
}

/// The newest item that a client has, and when it arrived.
package struct NewestItem: Sendable, Hashable {
    package let sequence: UInt64
    /// `nil` if the server has another clock, or does not report when its feed began.
    package let due: MonotonicInstant?
    package let arrived: MonotonicInstant

    package init(sequence: UInt64, due: MonotonicInstant?, arrived: MonotonicInstant) {
        self.sequence = sequence
        self.due = due
        self.arrived = arrived
    }

    /// From due to arrival.
    package var delay: Duration? { due.map { arrived - $0 } }
}

import Measurement
import WireAccounting

/// Clients that read more slowly than items come. They are a separate fleet, so they change no figure of the other
/// clients except through the server.
package struct SlowPlan: Codable, Sendable, Hashable {
    package var clients: Int
    package var readBytesPerSecond: Int
    /// Which of all slow clients these are; `nil` for all.
    package var share: ClientShare?

    package init(clients: Int, readBytesPerSecond: Int) {
        self.clients = clients
        self.readBytesPerSecond = readBytesPerSecond
    }
}

extension LoadPlan {
    /// The plan of the slow clients; `nil` without any.
    var ofSlowClients: LoadPlan? {
        guard let slow else { return nil }
        var plan = self
        plan.slow = nil
        plan.churn = nil
        plan.stampsFile = nil
        plan.clients = slow.clients
        plan.share = slow.share
        plan.readBytesPerSecond = slow.readBytesPerSecond
        // Other random numbers than those of the other clients.
        plan.seed = ~seed
        return plan
    }
}

/// What slow clients received, and what the server did with them.
package struct SlowRecord: Codable, Sendable {
    package var clients = 0
    package var deliveries = DeliveryTotals()
    package var announcedGaps: UInt64 = 0
    /// Items that these gap notices announced as lost.
    package var announcedLosses: UInt64 = 0
    package var connects: UInt64 = 0
    package var ledger = ByteLedger()
    package var kernel = KernelCount()
    package var unreadCounters: UInt64 = 0

    package init() {}

    init(_ record: LoadRecord, clients: Int) {
        self.clients = clients
        deliveries = record.deliveries
        announcedGaps = record.announcedGaps
        announcedLosses = record.announcedLosses
        connects = record.exchanges.connects
        ledger = record.ledger
        kernel = record.kernel
        unreadCounters = record.unreadCounters
    }
}

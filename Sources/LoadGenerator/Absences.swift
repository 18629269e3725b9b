import Measurement

/// When clients were without the server, and how long each took to receive items again. Two causes: the client left, or
/// the server restarted.
struct Absences {
    /// Whether there are any.
    let areExpected: Bool
    /// From the cause's end of the client's absence, or from the restart's beginning, until the next item.
    private(set) var recovery = LatencyHistogram()

    private struct Client {
        // The last time that the client had left.
        var left: MonotonicInstant?
        var cameBack: MonotonicInstant?
        // Whether it waits for its first item since.
        var awaitsItem = false
        var awaitsEndOfOutage: Bool
    }

    private var clients: [Client]
    private let outage: OutagePlan?

    init(_ plan: LoadPlan) {
        outage = plan.outage
        areExpected = plan.churn != nil || plan.outage != nil
        clients = Array(repeating: Client(awaitsEndOfOutage: plan.outage != nil), count: areExpected ? plan.clients : 0)
    }

    mutating func left(_ client: Int, at now: MonotonicInstant) {
        clients[client].left = now
        clients[client].cameBack = nil
        clients[client].awaitsItem = false
    }

    mutating func cameBack(_ client: Int, at now: MonotonicInstant) {
        clients[client].cameBack = now
        clients[client].awaitsItem = true
    }

    mutating func received(_ client: Int, at now: MonotonicInstant) {
        if clients[client].awaitsItem, let cameBack = clients[client].cameBack {
            clients[client].awaitsItem = false
            recovery.record(now - cameBack)
        }
        // Items that were under way when the outage began arrive before its end.
        if clients[client].awaitsEndOfOutage, let outage, now >= outage.ends {
            clients[client].awaitsEndOfOutage = false
            recovery.record(now - outage.begins)
        }
    }

    /// Whether an item that a client receives now is late because the client had left: it was due before the client
    /// came back, or arrives while the connection ends.
    func madeLate(_ client: Int, due: MonotonicInstant) -> Bool {
        if let cameBack = clients[client].cameBack { return due < cameBack }
        return clients[client].left.map { due >= $0 } ?? false
    }
}

import Measurement

/// When clients were without the server, and how long each took to receive items again. Three causes: the client left,
/// the server restarted, or the client's server of several was killed.
struct Absences {
    /// Whether there are any.
    let areExpected: Bool
    /// From the cause's end of the client's absence, or from the outage's beginning, until the next item.
    private(set) var recovery = LatencyHistogram()

    private struct Client {
        // The last time that the client had left.
        var left: MonotonicInstant?
        var cameBack: MonotonicInstant?
        // Whether it waits for its first item since.
        var awaitsItem = false
        var awaitsEndOfOutage: Bool
        // Whether it lost its server and has no item since.
        var hasLostServer = false
    }

    private var clients: [Client]
    private let outage: OutagePlan?

    init(_ plan: LoadPlan) {
        outage = plan.outage
        areExpected = plan.churn != nil || plan.outage != nil
        // With a proxy, the other servers go on: a client that has lost its own gets items before the outage ends.
        let awaitsEnd = plan.outage.map { !$0.isBehindProxy } ?? false
        clients = Array(repeating: Client(awaitsEndOfOutage: awaitsEnd), count: areExpected ? plan.clients : 0)
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

    /// A client's response or connection ended, perhaps before it had begun.
    mutating func ended(_ client: Int, at now: MonotonicInstant) {
        if outage?.excusesLostServer(now) == true { clients[client].hasLostServer = true }
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
        if clients[client].hasLostServer, let outage {
            clients[client].hasLostServer = false
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

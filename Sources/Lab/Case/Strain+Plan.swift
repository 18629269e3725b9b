import LoadGenerator
import Measurement
import Scenario
import Transports

extension Scenario.Strain {
    /// Adds to a plan what its clients go through.
    func add(to plan: inout LoadPlan, from windowStart: MonotonicInstant) {
        if let lifetime {
            plan.churn = ChurnPlan(
                mean: lifetime.mean, distribution: .init(rawValue: lifetime.distribution) ?? .exponential,
                away: lifetime.away)
        }
        if let restart {
            let begins = windowStart + restart.after
            plan.outage = OutagePlan(begins: begins, ends: begins + restart.down)
            plan.reconnect = restart.policy
        }
        if let slow {
            plan.slow = SlowPlan(
                clients: slow.count(beside: plan.clients),
                readBytesPerSecond: max(1, Int(slow.readRate.bitsPerSecond) / 8))
        }
    }

    /// Makes the options of the server.
    ///
    /// - Parameter warmup: From the feed's epoch to the start of the measurement.
    /// - Returns: Empty without any.
    func serverArguments(warmup: Duration) -> [String] {
        var arguments: [String] = []
        if slowSubscriber != .disconnect { arguments += ["--slow-subscriber", slowSubscriber.rawValue] }
        if let restart {
            arguments += ["--restart-after", (warmup + restart.after).quantityText]
            arguments += ["--restart-down", restart.down.quantityText]
            if !restart.keepsHistory { arguments.append("--restart-forgets") }
        }
        return arguments
    }

    /// Connections in addition to those of the ordinary clients, and those that end while new ones begin.
    func additionalConnections(clients: Int) -> Int {
        let overlap = lifetime == nil && restart == nil ? 0 : clients
        return overlap + (slow?.count(beside: clients) ?? 0)
    }
}

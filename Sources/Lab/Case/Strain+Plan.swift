import LoadGenerator
import Measurement
import Scenario
import Transports

extension Scenario.Strain {
    /// Adds to a plan what its clients go through.
    ///
    /// - Parameters:
    ///   - plan: The plan.
    ///   - windowStart: The start of the measurement.
    ///   - isBehindProxy: Whether the server that restarts is one of several behind a proxy.
    func add(to plan: inout LoadPlan, from windowStart: MonotonicInstant, isBehindProxy: Bool = false) {
        if let lifetime {
            plan.churn = ChurnPlan(
                mean: lifetime.mean, distribution: .init(rawValue: lifetime.distribution) ?? .exponential,
                away: lifetime.away)
        }
        if let restart {
            let begins = windowStart + restart.after
            plan.outage = OutagePlan(begins: begins, ends: begins + restart.down, isBehindProxy: isBehindProxy)
            plan.reconnect = restart.policy
        }
        if let slow {
            plan.slow = SlowPlan(
                clients: slow.count(beside: plan.clients),
                readBytesPerSecond: max(1, Int(slow.readRate.bitsPerSecond) / 8))
        }
    }

    /// The options of the server on clients that are behind; empty for the default.
    var policyArguments: [String] {
        slowSubscriber == .disconnect ? [] : ["--slow-subscriber", slowSubscriber.rawValue]
    }

    /// The options of a server that restarts by itself.
    ///
    /// - Parameter warmup: From the feed's epoch to the start of the measurement.
    /// - Returns: Empty without a restart.
    func restartArguments(warmup: Duration) -> [String] {
        guard let restart else { return [] }
        return [
            "--restart-after", (warmup + restart.after).quantityText, "--restart-down", restart.down.quantityText,
        ] + (restart.keepsHistory ? [] : ["--restart-forgets"])
    }

    /// Connections in addition to those of the ordinary clients, and those that end while new ones begin.
    func additionalConnections(clients: Int) -> Int {
        let overlap = lifetime == nil && restart == nil ? 0 : clients
        return overlap + (slow?.count(beside: clients) ?? 0)
    }
}

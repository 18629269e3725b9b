import Measurement
import Transports

/// The clock that the instants of a plan belong to: the server's.
package struct PlanClock: Codable, Sendable, Hashable {
    package let identity: String
    /// How far it was ahead of the lab's clock when the plan was made; zero if both are the same.
    package var aheadOfLab: Duration
    /// How far it was ahead of the load process' clock when that became ready, to some milliseconds: for a server that
    /// does not answer about its clock.
    package var roughlyAhead = Duration.zero
    /// How far the wall clock of the server's host may be from true time, ns; `nil` if that is unknown.
    package var wallErrorNanoseconds: Int64?

    package init(identity: String, aheadOfLab: Duration = .zero) {
        (self.identity, self.aheadOfLab) = (identity, aheadOfLab)
    }
}

extension LoadPlan {
    /// The same plan with all instants on another clock.
    ///
    /// Due times count from the epoch, so an item is in the window of the one plan if it is in that of the other.
    ///
    /// - Parameter offset: How far the other clock is ahead.
    /// - Returns: The moved plan.
    package func moved(by offset: Duration) -> LoadPlan {
        var plan = self
        plan.times.start = times.start + offset
        plan.times.windowStart = times.windowStart + offset
        plan.times.windowEnd = times.windowEnd + offset
        plan.epoch = epoch.map { $0 + offset }
        plan.outage = outage.map { outage in
            OutagePlan(
                begins: outage.begins + offset, ends: outage.ends + offset, isBehindProxy: outage.isBehindProxy)
        }
        plan.send = send?.moved(by: offset)
        return plan
    }

    /// The end of the window on the server's clock.
    var windowEndAtServer: MonotonicInstant { times.windowEnd + serverAhead }
}

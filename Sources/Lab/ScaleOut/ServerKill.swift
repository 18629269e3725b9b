import Measurement
import Scenario

/// Which of several servers is killed, and when.
struct ServerKill: Equatable, Sendable {
    /// Of the server, from 0.
    let index: Int
    /// When it is killed.
    let begins: MonotonicInstant
    /// When it is started again.
    let ends: MonotonicInstant
}

extension ServerKill {
    /// - Parameters:
    ///   - restart: From the scenario; `nil` if all servers stay, and then there is no kill.
    ///   - servers: Their number, at least 1.
    ///   - windowStart: The start of the measurement.
    ///   - seed: Chooses the server, so that each repeat kills another one.
    init?(_ restart: Scenario.Restart?, of servers: Int, from windowStart: MonotonicInstant, seed: UInt64) {
        guard let restart else { return nil }
        index = Int(seed % UInt64(servers))
        begins = windowStart + restart.after
        ends = begins + restart.down
    }
}

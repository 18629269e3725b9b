/// Which of all clients of a run are those of one load process.
package struct ClientShare: Codable, Sendable, Hashable {
    /// Index of the process' first client among all clients.
    package let first: Int
    /// Number of all clients.
    package let all: Int

    package init(first: Int, all: Int) {
        (self.first, self.all) = (first, all)
    }
}

extension LoadPlan {
    /// Index of the first client among those of all load processes. With it, a client has the same phase, seeds and
    /// instants as in a run with one process.
    var firstClient: Int { share?.first ?? 0 }

    /// Number of clients of all load processes.
    var allClients: Int { share?.all ?? clients }

    /// Divides the clients between processes, so that together they are those of this plan.
    ///
    /// - Parameter processes: Their number, 1 or more.
    /// - Returns: One plan per process with at least one client: fewer plans than processes if there are fewer clients.
    package func divided(by processes: Int) -> [LoadPlan] {
        precondition(processes > 0, "clients are divided between at least one process")
        let parts = max(1, min(processes, clients))
        if parts == 1 { return [self] }
        return (0..<parts).map { part(Part(number: $0, of: parts)) }
    }

    private struct Part {
        let number: Int
        let of: Int

        /// Neighbouring elements; the sizes differ by at most one.
        func range(of count: Int) -> Range<Int> {
            count * number / of..<count * (number + 1) / of
        }
    }

    private func part(_ part: Part) -> LoadPlan {
        var plan = self
        let own = part.range(of: clients)
        plan.clients = own.count
        plan.share = ClientShare(first: firstClient + own.lowerBound, all: allClients)
        if let slow {
            let own = part.range(of: slow.clients)
            plan.slow = own.isEmpty ? nil : SlowPlan(clients: own.count, readBytesPerSecond: slow.readBytesPerSecond)
            plan.slow?.share = ClientShare(first: own.lowerBound, all: slow.clients)
        }
        plan.stampsFile = stampsFile.map { "\($0).\(part.number + 1)" }
        // One process on a clock of its own is enough to test the comparison of clocks.
        if part.number + 1 < part.of { plan.faults.clock = nil }
        return plan
    }
}

import LoadGenerator
import Scenario

/// The load processes of a run, from the command line.
package struct LoadSpread: Sendable, Hashable {
    /// Load processes per host.
    package let processes: Int
    /// Empty for this machine.
    package let hosts: [String]
    package let launch: LaunchPrefix?
    /// Path of `pushlab` on the hosts; `nil` for that of this program.
    package let program: String?

    /// One load process on this machine.
    package static let one = LoadSpread(processes: 1, hosts: [], launch: nil, program: nil)

    /// Takes values that are checked: hosts need a launch prefix.
    package init(processes: Int, hosts: [String], launch: LaunchPrefix?, program: String?) {
        (self.processes, self.hosts, self.launch, self.program) = (processes, hosts, launch, program)
    }

    var isOne: Bool { processes == 1 && hosts.isEmpty }

    /// All load processes.
    var count: Int { processes * max(1, hosts.count) }

    /// Processes on this machine that share its processors with the server.
    var processesHere: Int { hosts.isEmpty ? processes : 1 }

    /// All load processes: those of the first host first.
    ///
    /// - Parameter own: Path of this program.
    /// - Returns: At least one.
    func places(own: String) -> [LoadPlace] {
        let worker = [program ?? own, "worker"]
        guard let launch, !hosts.isEmpty else {
            return (1...processes).map { LoadPlace(name: "process \($0)", command: worker, isHere: true) }
        }
        return hosts.flatMap { host in
            (1...processes).map { number in
                LoadPlace(
                    name: processes == 1 ? host : "\(host), process \(number)",
                    command: launch.command(worker, on: host), isHere: false)
            }
        }
    }

    /// - Parameter own: Path of this program.
    /// - Returns: What carries out the plans of a run.
    func executor(own: String) -> any LoadExecutor {
        isOne ? LoadProcess(executable: own) : SpreadLoad(places(own: own))
    }

    /// The clients of one process on this machine, whose descriptors are limited as those of this process.
    func clientsPerProcess(_ clients: Int) -> Int {
        hosts.isEmpty ? share(of: clients) : 0
    }

    /// The clients of the load process that has most.
    private func share(of clients: Int) -> Int { (clients + count - 1) / count }

    /// The most clients that all load processes together may have.
    package var mostClients: Int { count * LoadPlan.mostClients }

    /// Checks that no load process gets more clients than it can have.
    ///
    /// - Parameters:
    ///   - clients: All clients of a case.
    ///   - name: What the number is, in the sentence: `--clients`.
    /// - Throws: ``CrowdedProcesses``.
    package func check(clients: Int, named name: String) throws(CrowdedProcesses) {
        guard clients > mostClients else { return }
        let perHost = max(1, hosts.count) * LoadPlan.mostClients
        throw CrowdedProcesses(
            name: name, clients: clients, share: share(of: clients), processes: count,
            processesNeeded: (clients + perHost - 1) / perHost)
    }

    /// Checks each case of a scenario.
    ///
    /// - Throws: ``CrowdedProcesses`` for the case with most clients.
    package func check(_ scenario: Scenario) throws(CrowdedProcesses) {
        guard let largest = scenario.cases.max(by: { $0.clients < $1.clients }) else { return }
        try check(clients: largest.clients, named: "clients of case \(largest.id)")
    }

    /// For the manifest's `environment`; `nil` for one process on this machine.
    var facts: [String: String]? {
        if isOne { return nil }
        var facts = ["processes_per_host": "\(processes)"]
        if !hosts.isEmpty { facts["hosts"] = hosts.joined(separator: ",") }
        facts["launch"] = launch?.text
        facts["program"] = program
        return facts
    }
}

/// A load process would get more clients than it can have.
package struct CrowdedProcesses: Error, Equatable, CustomStringConvertible {
    let name: String
    let clients: Int
    /// Clients of the process that would have most.
    let share: Int
    let processes: Int
    /// Load processes per host that are enough.
    let processesNeeded: Int

    package var description: String {
        let seen = processes == 1 ? "for one load process" : "which is \(share) for each of \(processes) load processes"
        return "\(name) is \(clients), \(seen); allowed up to \(LoadPlan.mostClients) for each; use --processes "
            + "\(processesNeeded) or more, or more hosts with --load-hosts"
    }
}

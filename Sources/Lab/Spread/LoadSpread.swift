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
        hosts.isEmpty ? (clients + processes - 1) / processes : 0
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

import Host
import Scenario

/// Runs whose clients or servers are in several places.
extension RunSettings {
    /// Whether a process may have another clock than the server.
    var mayHaveOtherClocks: Bool { !spread.hosts.isEmpty || serverPlace.isElsewhere }

    /// Checks that the load processes are enough, and that clients elsewhere can reach everything that a scenario uses.
    ///
    /// - Throws: ``CrowdedProcesses`` or ``SpreadFault``.
    func checkPlaces(of scenario: Scenario) throws {
        try spread.check(scenario)
        if recording != nil, mayHaveOtherClocks { throw SpreadFault.recording }
        for one in scenario.cases {
            if one.scaleOut != nil, serverPlace.isElsewhere { throw SpreadFault.severalServers(case: one.id) }
            let boxes = MiddleboxChain(for: one).boxes
            guard let box = boxes.first else { continue }
            if !spread.hosts.isEmpty { throw SpreadFault.middlebox(case: one.id, name: box.name) }
        }
    }

    /// For the manifest's `environment`.
    var placeFacts: [String: [String: String]] {
        var groups: [String: [String: String]] = [:]
        groups["load processes"] = spread.facts
        groups["server place"] = serverPlace.facts
        if spread.processesHere > 1, let halves = ProcessorPlacement.halves(loads: spread.processesHere) {
            groups["placement"] = [
                "server_cpus": halves.server.map(String.init).joined(separator: ","),
                "load_cpus": halves.load.map(String.init).joined(separator: ","),
            ]
        }
        return groups
    }
}

extension ThisHost {
    init(_ settings: RunSettings) {
        self.init(
            loadProcesses: settings.spread.processesHere, comparesWallClocks: !settings.spread.hosts.isEmpty)
    }
}

/// Clients in other places cannot do what a run needs.
package enum SpreadFault: Error, Equatable, CustomStringConvertible {
    case recording
    case middlebox(case: String, name: String)
    case severalServers(case: String)

    package var description: String {
        switch self {
        case .recording:
            "--capture records the loopback device of this machine; with --load-hosts or --server-launch, record there"
        case .middlebox(let id, let name):
            "case \(id) uses the \(name) on this machine, which the hosts of --load-hosts cannot reach; leave the case "
                + "out, or use --processes"
        case .severalServers(let id):
            "case \(id) starts several servers on this machine, with Redis and HAProxy; leave the case out, or remove "
                + "--server-launch"
        }
    }
}

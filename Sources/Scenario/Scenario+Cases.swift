import Measurement
import Transports

extension Scenario {
    /// One point of the comparison: a feed, a number of clients, a network, a server, a transport, and times.
    package struct Case: Sendable, Equatable {
        /// Unique in the scenario, safe in file names, and the same in every run of the same text:
        /// `synthetic-10-per-s-128B_100-clients_short-poll`, with several servers
        /// `synthetic-10-per-s-128B_100-clients_nchan_short-poll`.
        package let id: String
        /// The part of ``id`` before the server and the transport. Cases with the same condition can be compared.
        package let condition: String
        package let feed: Feed
        package let clients: Int
        /// The number of PushLab servers that follow one stream behind a proxy; `nil` for one server without both.
        package let scaleOut: Int?
        /// `nil` without a simulated network.
        package let network: Network?
        /// ``Scenario/ownServer``, or the name of a third-party server.
        package let server: String
        package let transport: TransportUse
        package let warmup: Duration
        package let duration: Duration
        package let strain: Strain
        /// The named axes with this case's values of their first fields.
        let point: [CaseFact]
        /// The swept fields with this case's values, in the order of the documentation: those that have several values
        /// among the cases of the same transport.
        package internal(set) var axes: [CaseFact] = []

        /// From the first item to the last.
        package var feedTime: Duration { warmup + duration }
    }

    /// Total time of all warm-ups and measurements; processes also need time to start and stop.
    package var measuringTime: Duration { cases.reduce(.zero) { $0 + $1.feedTime } * repeats }

    /// What the scenario knows about a third-party server; `nil` for PushLab's own.
    package func peer(of one: Case) -> Peer? { peers.first { $0.name == one.server } }

    /// The cases that are left out because a server does not carry a transport, in one line; `nil` without any.
    package var leftOutNote: String? {
        let rare = leftOut.map(\.transport).distinct().filter(isRare)
        let others = leftOut.filter { !rare.contains($0.transport) }
        let lacking = others.map(\.server).distinct().map { server in
            let names = others.filter { $0.server == server }.map(\.transport)
            return "\(server) does not carry \(names.joined(separator: ", "))"
        }
        let transports = rare.map { transport in
            let names = servers(carrying: transport)
            return "only \(names.joined(separator: ", ")) \(names.count == 1 ? "carries" : "carry") \(transport)"
        }
        let notes = lacking + transports
        return notes.isEmpty ? nil : "left out: \(notes.joined(separator: "; "))"
    }

    /// Whether so few servers carry a transport that it is shorter to name them than the others.
    private func isRare(_ transport: String) -> Bool {
        let lacking = leftOut.count { $0.transport == transport }
        let carrying = servers(carrying: transport).count
        return carrying > 0 && lacking > 2 && lacking > carrying
    }

    private func servers(carrying transport: String) -> [String] {
        cases.filter { $0.transport.name == transport }.map(\.server).distinct()
    }

    /// Every feed once, in the order of the cases.
    package var feeds: [Feed] { cases.map(\.feed).distinct() }
    /// Every transport with its options once, in the order of the cases.
    package var transports: [TransportUse] { cases.map(\.transport).distinct() }
    /// Every network once, in the order of the cases; `nil` is no simulated network.
    var networks: [Network?] { cases.map(\.network).distinct() }
    var clients: [Int] { cases.map(\.clients).distinct() }
}

import Measurement
import Transports

extension Scenario {
    /// One point of the comparison: a feed, a number of clients, a network, a transport.
    package struct Case: Sendable, Equatable {
        /// Unique in the scenario, safe in file names, and the same in every run of the same text:
        /// `synthetic-10-per-s-128B_100-clients_short-poll`.
        package let id: String
        /// The part of ``id`` before the transport. Cases with the same condition can be compared.
        let condition: String
        package let feed: Feed
        package let clients: Int
        /// `nil` without a simulated network.
        package let network: Network?
        package let transport: TransportUse
    }

    /// The cross product of feeds, clients, networks and transports; feeds vary slowest, transports fastest, each in
    /// file order.
    package func cases() -> [Case] {
        zip(feeds, feedNames).flatMap { feed, feedName in
            clients.flatMap { count in
                zip(networks, networkNames).flatMap { network, networkName in
                    transports.map { use in
                        let condition =
                            "\(feedName)_\(count)-client\(count == 1 ? "" : "s")" + (networkName.map { "_\($0)" } ?? "")
                        return Case(
                            id: "\(condition)_\(use.id)",
                            condition: condition,
                            feed: feed,
                            clients: count,
                            network: network,
                            transport: use
                        )
                    }
                }
            }
        }
    }

    /// Total time of all warm-ups and measurements; processes also need time to start and stop.
    package var measuringTime: Duration {
        (warmup + duration) * (feeds.count * clients.count * networks.count * transports.count * repeats)
    }

    private var feedNames: [String] { Self.numbered(feeds.map(\.id)).compactMap { $0 } }

    /// `nil` without a simulated network.
    private var networkNames: [String?] { Self.numbered(networks.map { $0?.id }) }

    /// The second of the same names gets `-2`.
    private static func numbered(_ names: [String?]) -> [String?] {
        var seen: [String: Int] = [:]
        return names.map { name in
            guard let name else { return nil }
            seen[name, default: 0] += 1
            let count = seen[name, default: 1]
            return count == 1 ? name : "\(name)-\(count)"
        }
    }
}

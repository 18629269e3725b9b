import Measurement
import Transports

extension Scenario {
    /// One point of the comparison: a feed, a number of clients, a transport.
    package struct Case: Sendable, Equatable {
        /// Unique in the scenario, safe in file names, and the same in every run of the same text:
        /// `synthetic-10-per-s-128B_100-clients_short-poll`.
        package let id: String
        /// The part of ``id`` before the transport. Cases with the same condition can be compared.
        let condition: String
        package let feed: Feed
        package let clients: Int
        package let transport: TransportUse
    }

    /// The cross product of feeds, clients and transports; feeds vary slowest, transports fastest, each in file order.
    package func cases() -> [Case] {
        zip(feeds, feedNames).flatMap { feed, feedName in
            clients.flatMap { count in
                transports.map { use in
                    let condition = "\(feedName)_\(count)-client\(count == 1 ? "" : "s")"
                    return Case(
                        id: "\(condition)_\(use.id)",
                        condition: condition,
                        feed: feed,
                        clients: count,
                        transport: use
                    )
                }
            }
        }
    }

    /// Total time of all warm-ups and measurements; processes also need time to start and stop.
    package var measuringTime: Duration {
        (warmup + duration) * (feeds.count * clients.count * transports.count * repeats)
    }

    /// The names of the feeds; the second with the same name gets `-2`.
    private var feedNames: [String] {
        var seen: [String: Int] = [:]
        return feeds.map { feed in
            seen[feed.id, default: 0] += 1
            let count = seen[feed.id, default: 1]
            return count == 1 ? feed.id : "\(feed.id)-\(count)"
        }
    }
}

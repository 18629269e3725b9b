import Measurement
import Transports

extension Scenario {
    /// One point of the comparison: a feed, a number of clients, a transport.
    package struct Case: Sendable, Equatable {
        /// Unique in the scenario, safe in file names, the same in every run of the same text:
        /// `synthetic-10-per-s-128B_100-clients_short-poll`.
        package let id: String
        /// The part of ``id`` in front of the transport. Cases that share it compare transports under one condition.
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

    /// The time of all warm-ups and measurements, without starting and stopping processes.
    package var measuringTime: Duration {
        (warmup + duration) * (feeds.count * clients.count * transports.count * repeats)
    }

    /// The feeds' names; a second one of the same name gets `-2`.
    private var feedNames: [String] {
        var seen: [String: Int] = [:]
        return feeds.map { feed in
            seen[feed.id, default: 0] += 1
            let count = seen[feed.id, default: 1]
            return count == 1 ? feed.id : "\(feed.id)-\(count)"
        }
    }
}

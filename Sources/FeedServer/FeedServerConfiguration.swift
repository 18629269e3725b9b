import Feed
import Measurement
import Transports

/// The settings of one server.
package struct FeedServerConfiguration: Sendable {
    /// The source of the feed. Files are read before the server starts, so that a bad file is rejected at once.
    package enum FeedInput: Sendable {
        case synthetic(FeedGenerator)
        case host(period: Duration)
        case replay(FeedReplay)
        /// Lines come from outside through ``FeedServer/publish(line:)``.
        case pushed
        /// Another program writes items to a stream, for this server and others.
        case stream(StreamFeed)
    }

    /// The transports that the server offers.
    package var transports = TransportRegistry.standard
    package var host = "127.0.0.1"
    /// 0: the kernel chooses.
    package var port = 0
    package var threads = 1
    /// `nil` for plain TCP.
    package var certificate: ServerCertificate?
    package var feed: FeedInput = .synthetic(
        FeedGenerator(payloadBytes: 128, period: .milliseconds(100), arrivals: .constant, seed: 1))
    /// The token that `POST /publish` requires; `nil` disables publishing.
    package var publishToken: String?
    /// The feed as the user wrote it; for `/stats`.
    package var feedText = "synthetic"
    /// Time from start to the feed's epoch, for clients to connect before the first item.
    package var feedDelay = Duration.zero
    /// Items due later than this after the epoch are not published; `nil` for an endless feed.
    package var feedDuration: Duration?
    /// Items kept for clients that reconnect.
    package var historyItems = 4_096
    /// Memory for these items, in bytes.
    package var historyBytes = 256 << 20
    package var settings = ServerSettings()
    /// Maximum of connections, plus HTTP/2 streams after the first of each connection.
    package var maximumConnections = 20_000
    /// Maximum of concurrent streams per HTTP/2 connection; `nil` for ``maximumConnections``, so that all clients of a
    /// load generator may share one connection.
    package var maximumStreams: Int?
    /// Maximum of feed subscribers over all transports; `nil` for ``maximumConnections``.
    package var maximumSubscribers: Int?
    /// Time a client may take to send the request headers.
    package var headTimeout = Duration.seconds(10)
    /// Time a connection may stay idle between requests.
    package var idleTimeout = Duration.seconds(120)
    /// The teaching page and its lane ports; `nil` for none.
    package var page: PageConfiguration?
    /// A deliberate fault for tests of the lab itself: each item is published this much late.
    package var publishDelay = Duration.zero

    /// For tests: time that an event loop spends on each item for each client before it is sent; see ``DelayPace``.
    package var delayPerItem = Duration.zero

    /// Ends all connections within the feed and listens again; `nil` for never.
    package var restart: RestartPlan?

    /// Where items go instead of to clients; see ``Feeder``.
    var sink: SinkQueue?

    package init() {}

    var streamsPerConnection: Int { maximumStreams ?? maximumConnections }
}

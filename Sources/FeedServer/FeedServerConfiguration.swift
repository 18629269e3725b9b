import Feed
import Measurement
import Transports

/// Everything a server is started with.
package struct FeedServerConfiguration: Sendable {
    /// What the feed plays; files are read before the server starts, so that a bad one is refused at once.
    package enum FeedInput: Sendable {
        case synthetic(FeedGenerator)
        case host(period: Duration)
        case replay(FeedReplay)
        /// Lines come from outside through ``FeedServer/publish(line:)``.
        case pushed
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
    /// Who knows it may publish items by `POST /publish`; `nil` if nobody may.
    package var publishToken: String?
    /// As the user wrote it; for `/stats`.
    package var feedText = "synthetic"
    /// Time from start to the feed's epoch, for clients to connect before the first item.
    package var feedDelay = Duration.zero
    /// Items due later than this after the epoch are not published; `nil` for an endless feed.
    package var feedDuration: Duration?
    /// Items kept for clients that come back.
    package var historyItems = 4_096
    /// Memory for them, in bytes.
    package var historyBytes = 256 << 20
    package var settings = ServerSettings()
    /// Connections, and streams of HTTP/2 beyond the first of each connection.
    package var maximumConnections = 20_000
    /// Streams that one HTTP/2 connection may have open at once; `nil` for as many as ``maximumConnections``, so that
    /// all clients of a load may share one.
    package var maximumStreams: Int?
    /// Subscribers of the feed, whatever carries them; `nil` for as many as ``maximumConnections``.
    package var maximumSubscribers: Int?
    /// Time a client may take for a request head.
    package var headTimeout = Duration.seconds(10)
    /// Time a connection may stay without a request.
    package var idleTimeout = Duration.seconds(120)
    /// A fault made on purpose, for tests of the instrument: each item is published this much late.
    package var publishDelay = Duration.zero

    package init() {}

    var streamsPerConnection: Int { maximumStreams ?? maximumConnections }
}

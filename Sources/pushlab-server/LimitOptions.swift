import ArgumentParser
import Arguments
import Measurement
import Transports

/// How much clients may use: connections, streams, subscribers and echoes.
struct LimitOptions: ParsableArguments {
    @Option(
        name: .customLong("max-connections"), parsing: .unconditional,
        help: """
            Connections, 1 to 1000000; further ones are answered 503. Each HTTP/2 stream beyond the first of its \
            connection counts as one. (default: 15000)
            """,
        transform: ArgumentReading.number(in: Self.counts))
    var maximumConnections = 15_000

    @Option(
        name: .customLong("max-streams"), parsing: .unconditional,
        help: """
            Open streams per HTTP/2 connection, 1 to 1000000; further ones are refused. The default lets all clients \
            of a load share a connection; servers open to the network use 100 to 250. (default: as --max-connections)
            """,
        transform: ArgumentReading.number(in: Self.counts))
    var maximumStreams: Int?

    @Option(
        name: .customLong("max-subscribers"), parsing: .unconditional,
        help: """
            Subscribers of the feed (held polls, streams, WebSockets, raw TCP), 1 to 1000000; further ones are \
            answered 503. (default: as --max-connections)
            """,
        transform: ArgumentReading.number(in: Self.counts))
    var maximumSubscribers: Int?

    @Option(
        help: "Largest message and largest body that /echo sends back, 1B to 64MiB. (default: 1MiB)",
        transform: ArgumentReading.quantity)
    var echoLimit = ByteCount(bytes: ServerSettings.defaultEchoLimit)

    @Option(
        help: "Subscribers that fall behind the history: disconnect, or skip the lost items. (default: disconnect)",
        transform: ArgumentReading.choice)
    var slowSubscriber = SlowSubscriberPolicy.disconnect

    private static let counts = 1...1_000_000

    func validate() throws {
        let sizes = ByteCount(bytes: 1)...ByteCount(bytes: 64 << 20)
        try require(sizes.contains(echoLimit), "--echo-limit is \(echoLimit.spokenText); allowed 1 B to 64 MiB")
    }
}

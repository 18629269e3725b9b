import ArgumentParser
import Arguments
import Measurement
import Transports

/// How much clients may use: connections, streams, subscribers and echoes.
struct LimitOptions: ParsableArguments {
    @Option(
        name: .customLong("max-connections"), parsing: .unconditional,
        help: ArgumentHelp(
            """
            Connections, 1 to 10000000; further ones are answered 503, and closed without an answer if more than 16 \
            come at the same time. Each HTTP/2 stream beyond the first of its \
            connection counts as one. (default: 15000)
            """, valueName: "n"),
        transform: ArgumentReading.number(in: Self.counts))
    var maximumConnections = 15_000

    @Option(
        name: .customLong("max-streams"), parsing: .unconditional,
        help: ArgumentHelp(
            """
            Open streams per HTTP/2 connection, 1 to 10000000; further ones are refused. The default lets all clients \
            of a load share a connection; servers open to the network use 100 to 250. (default: as --max-connections)
            """, valueName: "n"),
        transform: ArgumentReading.number(in: Self.counts))
    var maximumStreams: Int?

    @Option(
        name: .customLong("max-subscribers"), parsing: .unconditional,
        help: ArgumentHelp(
            """
            Subscribers of the feed (held polls, streams, WebSockets, raw TCP), 1 to 10000000; further ones are \
            answered 503. (default: as --max-connections)
            """, valueName: "n"),
        transform: ArgumentReading.number(in: Self.counts))
    var maximumSubscribers: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Largest message and largest body that /echo sends back, 1B to 64MiB. (default: 1MiB)", valueName: "size"),
        transform: ArgumentReading.quantity(in: ByteCount(bytes: 1)...ByteCount(bytes: 64 << 20)))
    var echoLimit = ByteCount(bytes: ServerSettings.defaultEchoLimit)

    @Option(
        help: ArgumentHelp(
            """
            What happens to subscribers that fall behind the history: disconnect, or skip to continue without the lost \
            items. (default: disconnect)
            """, valueName: "disconnect|skip"),
        transform: ArgumentReading.choice)
    var slowSubscriber = SlowSubscriberPolicy.disconnect

    private static let counts = 1...10_000_000
}

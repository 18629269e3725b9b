import ArgumentParser
import Arguments
import Feed
import FeedServer
import Foundation
import Host
import Measurement
import Transports

/// The server: one feed, served every way.
struct ServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pushlab-server",
        abstract: "Serves one feed by polling, long polling, streaming, server-sent events, WebSocket and raw TCP.",
        discussion: """
            When ready it prints one line of JSON with its address. SIGTERM or SIGINT stops it: WebSockets are closed \
            with 1001, streams ended, held polls answered, and it exits 0 within 5 s.
            """,
        version: "pushlab-server \(ProgramVersion.current)")

    @Option(help: "Address to listen on. Any other than a loopback address opens the server to the network.")
    var host = "127.0.0.1"

    @Option(
        help: "Port to listen on, 0 to 65535; 0 lets the kernel choose. (default: 0)", transform: ArgumentReading.port)
    var port: UInt16 = 0

    @Option(help: "Event loops, 1 to 64.")
    var threads = 1

    @OptionGroup(title: "Feed") var feedOptions: FeedOptions
    @OptionGroup(title: "Memory") var memory: MemoryOptions
    @OptionGroup(title: "Access") var access: AccessOptions
    @OptionGroup(title: "TLS") var tlsOptions: TLSOptions

    @Option(
        help: "How long a poll is held if the client does not say. (default: 25s)",
        transform: ArgumentReading.quantity)
    var hold = Duration.seconds(25)

    @Option(
        name: .customLong("max-connections"),
        help: """
            Connections beyond this are answered 503. Each HTTP/2 stream beyond the first of its connection counts as \
            one.
            """)
    var maximumConnections = 15_000

    @Option(
        name: .customLong("max-streams"),
        help: """
            Streams that one HTTP/2 connection may have open; further ones are refused. The default lets all clients \
            of a load share a connection; servers open to the network have 100 to 250. (default: as --max-connections)
            """)
    var maximumStreams: Int?

    @Option(
        name: .customLong("max-subscribers"),
        help: """
            Subscribers of the feed (held polls, streams, WebSockets, raw TCP) beyond this are answered 503. \
            (default: as --max-connections)
            """)
    var maximumSubscribers: Int?

    @Option(
        help: "Largest message, and largest body, that /echo sends back, 1B to 64MiB. (default: 1MiB)",
        transform: ArgumentReading.quantity)
    var echoLimit = ByteCount(bytes: ServerSettings.defaultEchoLimit)

    @Option(
        help: "A subscriber that falls behind the history: disconnect, or skip what it lost. (default: disconnect)",
        transform: ArgumentReading.choice)
    var slowSubscriber = SlowSubscriberPolicy.disconnect

    @Flag(help: "Answer the drafts of WebSocket that browsers once spoke too; on a loopback address only.")
    var legacyWebsocket = false

    @Option(
        help: "A stream of events gets a comment in every silence of this length. (default: 15s)",
        transform: ArgumentReading.quantity)
    var keepAlive = Duration.seconds(15)

    @Option(
        help: "How long browsers wait before they ask for a stream of events again. (default: 1s)",
        transform: ArgumentReading.quantity)
    var retry = Duration.seconds(1)

    @Option(
        help: "Ping a WebSocket that is silent for this long, 0s for never. (default: 30s)",
        transform: ArgumentReading.quantity)
    var pingInterval = Duration.seconds(30)

    @Option(
        help: "Drop a WebSocket that gives no sign of life for this long after a Ping. (default: 20s)",
        transform: ArgumentReading.quantity)
    var pingTimeout = Duration.seconds(20)

    @Option(help: "Processors to run on, such as 0,1. Without it, any.", transform: ProcessorList.read)
    var cpus: [Int]?

    @Flag(help: ArgumentHelp("Stop when standard input ends.", visibility: .hidden))
    var untilStdinCloses = false

    func validate() throws {
        try require((1...64).contains(threads), "--threads is \(threads); allowed 1 to 64")
        let holds = Duration.milliseconds(1)...FeedRequest.maximumHold
        try require(holds.contains(hold), "--hold is \(hold.quantityText); allowed 1ms to 120s")
        let pauses = Duration.milliseconds(1)...Duration.seconds(3_600)
        try require(pauses.contains(keepAlive), "--keep-alive is \(keepAlive.quantityText); allowed 1ms to 1h")
        try require(pauses.contains(retry), "--retry is \(retry.quantityText); allowed 1ms to 1h")
        let silences = Duration.milliseconds(100)...Duration.seconds(3_600)
        try require(
            pingInterval == .zero || silences.contains(pingInterval),
            "--ping-interval is \(pingInterval.quantityText); allowed 0s, and 100ms to 1h")
        try require(
            silences.contains(pingTimeout), "--ping-timeout is \(pingTimeout.quantityText); allowed 100ms to 1h")
        try require(
            (1...1_000_000).contains(maximumConnections),
            "--max-connections is \(maximumConnections); allowed 1 to 1000000")
        if let maximumStreams {
            try require(
                (1...1_000_000).contains(maximumStreams), "--max-streams is \(maximumStreams); allowed 1 to 1000000")
        }
        if let maximumSubscribers {
            try require(
                (1...1_000_000).contains(maximumSubscribers),
                "--max-subscribers is \(maximumSubscribers); allowed 1 to 1000000")
        }
        try require(
            (1...(64 << 20)).contains(echoLimit.bytes), "--echo-limit is \(echoLimit.spokenText); allowed 1 B to 64 MiB"
        )
        try require(
            !legacyWebsocket || LoopbackAddress.isOne(host),
            "--legacy-websocket is given and --host is \(host); allowed with it: 127.0.0.0/8, ::1, localhost")
        let hasToken = access.publishToken != nil || access.publishTokenFile != nil
        try require(!hasToken || isExternal, "--publish-token goes with --feed external only")
    }

    func run() async throws {
        do throws(FileFault) {
            try StandardOutput.check()
        } catch {
            throw Failure("\(error); the server prints its address there")
        }
        let stop = StopRequest()
        if let cpus, !ProcessorPlacement.pinThisProcess(to: cpus) {
            throw ValidationError("--cpus names a processor that this process may not run on")
        }
        var configuration = try makeConfiguration()
        let chosenToken = isExternal ? try access.chosenToken() : nil
        configuration.publishToken = isExternal ? chosenToken ?? PublishToken.random() : nil
        let server = try await start(configuration)
        do throws(FileFault) {
            // A token that the user gave is known already, and a secret.
            try announce(server, configuration, publishToken: chosenToken == nil ? configuration.publishToken : nil)
        } catch {
            await server.stop(patience: .zero)
            throw Failure("\(error); the server prints its address there")
        }
        if untilStdinCloses { stop.countInputEnd() }
        if feedOptions.feed == .standardInput { StandardInputFeed(server).start() }
        await stop.wait()
        await server.stop()
    }

    private var isExternal: Bool { feedOptions.feed == .external }

    private func start(_ configuration: FeedServerConfiguration) async throws -> FeedServer {
        do {
            try FileDescriptorLimit.raise(
                toAtLeast: UInt64(maximumConnections) + UInt64(FeedServer.descriptors(threads: threads)))
            return try await FeedServer.start(configuration)
        } catch {
            throw Failure("\(error)")
        }
    }

    private func makeConfiguration() throws -> FeedServerConfiguration {
        var result = FeedServerConfiguration()
        result.certificate = try tlsOptions.certificate()
        result.host = host
        result.port = Int(port)
        result.threads = threads
        do { result.feed = try feedOptions.input() } catch { throw Failure("\(error)", code: .usage) }
        result.feedText = feedOptions.feed.text
        result.feedDelay = feedOptions.feedDelay
        result.feedDuration = feedOptions.feedDuration
        result.historyItems = memory.history
        result.historyBytes = memory.historyBytes.bytes
        result.maximumConnections = maximumConnections
        result.maximumStreams = maximumStreams
        result.maximumSubscribers = maximumSubscribers
        result.publishDelay = feedOptions.faultPublishDelay
        result.settings = try makeSettings()
        return result
    }

    private func makeSettings() throws -> ServerSettings {
        var settings = ServerSettings(
            hold: hold, slowSubscriber: slowSubscriber, keepAlive: keepAlive, retry: retry, pingInterval: pingInterval,
            pingTimeout: pingTimeout)
        settings.acceptsLegacyWebSocket = legacyWebsocket
        settings.echoLimit = echoLimit.bytes
        settings.origins = try access.origins()
        settings.hosts = try access.hosts(serverHost: host)
        settings.messageMemory = MemoryBudget(bytes: memory.messageMemory.bytes)
        settings.messageTimeout = memory.messageTimeout
        settings.deflateMemory = MemoryBudget(bytes: memory.deflateMemory.bytes)
        return settings
    }

    private func announce(
        _ server: FeedServer, _ configuration: FeedServerConfiguration, publishToken: String?
    ) throws(FileFault) {
        let announcement = Announcement(
            host: server.host, port: server.port, pid: getpid(), tls: configuration.certificate != nil,
            certificate: configuration.certificate?.authority, publishToken: publishToken)
        try StandardOutput.write(announcement.line())
    }
}

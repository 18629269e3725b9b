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
        version: ProgramVersion.current)

    @Option(help: "Address to listen on. Any other than a loopback address opens the server to the network.")
    var host = "127.0.0.1"

    @Option(help: "Port to listen on; 0 lets the kernel choose.")
    var port: UInt16 = 0

    @Option(help: "Event loops, 1 to 64.")
    var threads = 1

    @Option(
        help: "synthetic, host, replay:FILE, stdin or external. (default: synthetic)",
        transform: ArgumentReading.feedSource)
    var feed = FeedSource.synthetic

    @Option(
        help: """
            Bearer token that POST /publish asks for, with --feed external; 16 to 128 letters, digits and -._~. Without \
            it one is made up and printed at the start.
            """)
    var publishToken: String?

    @Option(
        help: "Mean rate; of a recording, if it has no due times. (default: 10/s)",
        transform: ArgumentReading.quantity)
    var rate = ItemRate(items: 10, per: .seconds(1))

    @Option(help: "Exact size of a synthetic item, 20B to 1MiB. (default: 128B)", transform: ArgumentReading.quantity)
    var payload = ByteCount(bytes: 128)

    @Option(
        help: "Arrivals of the synthetic feed: constant, poisson or bursty. (default: constant)",
        transform: ArgumentReading.choice)
    var arrivals = ArrivalProcess.constant

    @Option(help: "Items due at once in bursty arrivals.")
    var burst = 10

    @Option(help: "Replays a recording this many times as fast.")
    var speed = 1.0

    @Option(help: "Seed of the synthetic feed.")
    var seed: UInt64 = 1

    @Option(help: "Items kept for clients that come back.")
    var history = 4_096

    @Option(
        help: "How long a poll is held if the client does not say. (default: 25s)",
        transform: ArgumentReading.quantity)
    var hold = Duration.seconds(25)

    @Option(name: .customLong("max-connections"), help: "Connections beyond this are answered 503.")
    var maximumConnections = 15_000

    @Option(
        help: "A subscriber that falls behind the history: disconnect, or skip what it lost. (default: disconnect)",
        transform: ArgumentReading.choice)
    var slowSubscriber = SlowSubscriberPolicy.disconnect

    @Option(
        help: """
            Origin whose pages may open a WebSocket and read streams; repeat for more. Without it, every origin may open \
            a WebSocket, and streams are for pages of this server.
            """)
    var allowOrigin: [String] = []

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

    @Option(help: "Time from start to the feed's epoch. (default: 0s)", transform: ArgumentReading.quantity)
    var feedDelay = Duration.zero

    @Option(
        help: """
            Publish no item due later than this after the epoch; streams end a second after that, or a second after the \
            last item where there is no such end. (default: no end)
            """,
        transform: ArgumentReading.quantity)
    var feedDuration: Duration?

    @Option(help: "Speak TLS: self-signed, or CERT,KEY as files in PEM.", transform: TLSChoice.read)
    var tls: TLSChoice?

    @Option(help: "Processors to run on, such as 0,1. Without it, any.", transform: ProcessorList.read)
    var cpus: [Int]?

    @Flag(help: ArgumentHelp("Stop when standard input ends.", visibility: .hidden))
    var untilStdinCloses = false

    @Option(
        help: ArgumentHelp("Publish each item this much late: a fault made on purpose.", visibility: .hidden),
        transform: ArgumentReading.quantity)
    var faultPublishDelay = Duration.zero

    func validate() throws {
        try require((1...64).contains(threads), "--threads is \(threads); allowed 1 to 64")
        let sizes = FeedGenerator.payloadRange
        try require(sizes.contains(payload.bytes), "--payload is \(payload.spokenText); allowed 20 B to 1 MiB")
        let rates = ItemRate(items: 1, per: .seconds(60))...ItemRate(items: 100_000, per: .seconds(1))
        try require(rates.contains(rate), "--rate is \(rate.quantityText); allowed 1/min to 100000/s")
        try require((1...100_000).contains(burst), "--burst is \(burst); allowed 1 to 100000")
        try require(speed > 0 && speed <= 1_000, "--speed is \(speed); allowed above 0, up to 1000")
        try require((1...1_000_000).contains(history), "--history is \(history); allowed 1 to 1000000")
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
        try require(maximumConnections > 0, "--max-connections is \(maximumConnections); allowed 1 or more")
        try require(
            !legacyWebsocket || LoopbackAddress.isOne(host),
            "--legacy-websocket is given and --host is \(host); allowed with it: 127.0.0.0/8, ::1, localhost")
        if let publishToken {
            try require(feed == .external, "--publish-token goes with --feed external only")
            try require(
                PublishToken.isAllowed(publishToken),
                "--publish-token is not allowed; it has 16 to 128 letters, digits and -._~")
        }
    }

    private func require(_ condition: Bool, _ sentence: String) throws {
        if !condition { throw ValidationError(sentence) }
    }

    func run() async throws {
        let stop = StopRequest()
        if let cpus, !ProcessorPlacement.pinThisProcess(to: cpus) {
            throw ValidationError("--cpus names a processor that this process may not run on")
        }
        let certificate = try tls?.certificate()
        let token = feed == .external ? publishToken ?? PublishToken.random() : nil
        let server = try await start(certificate, publishToken: token)
        try announce(server, certificate, publishToken: publishToken == nil ? token : nil)
        if untilStdinCloses { stop.countInputEnd() }
        if feed == .standardInput { StandardInputFeed(server).start() }
        await stop.wait()
        await server.stop()
    }

    private func start(_ certificate: ServerCertificate?, publishToken: String?) async throws -> FeedServer {
        do {
            try FileDescriptorLimit.raise(toAtLeast: UInt64(maximumConnections) + 64)
            var configuration = try makeConfiguration(certificate)
            configuration.publishToken = publishToken
            return try await FeedServer.start(configuration)
        } catch {
            throw Failure("cannot listen on \(host):\(port) or play the feed: \(error)")
        }
    }

    private func makeConfiguration(_ certificate: ServerCertificate?) throws -> FeedServerConfiguration {
        var result = FeedServerConfiguration()
        result.certificate = certificate
        result.host = host
        result.port = Int(port)
        result.threads = threads
        result.feed = try feedInput()
        result.feedText = feed.text
        result.feedDelay = feedDelay
        result.feedDuration = feedDuration
        result.historyItems = history
        result.maximumConnections = maximumConnections
        result.publishDelay = faultPublishDelay
        result.settings = ServerSettings(
            hold: hold, slowSubscriber: slowSubscriber, allowedOrigins: allowOrigin.isEmpty ? nil : Set(allowOrigin),
            keepAlive: keepAlive, retry: retry, pingInterval: pingInterval, pingTimeout: pingTimeout)
        result.settings.acceptsLegacyWebSocket = legacyWebsocket
        return result
    }

    private func feedInput() throws -> FeedServerConfiguration.FeedInput {
        switch feed {
        case .synthetic:
            return .synthetic(
                FeedGenerator(
                    payloadBytes: payload.bytes, period: rate.period, arrivals: arrivals, itemsPerBurst: burst,
                    seed: seed))
        case .host: return .host(period: rate.period)
        case .replay(let path):
            let recording = try RecordingFile.load(path)
            return .replay(
                recording.replay(periodMicroseconds: Double(rate.period.nanoseconds) / 1_000, speed: speed))
        case .standardInput, .external: return .pushed
        }
    }

    // A token that the user gave is known already, and a secret.
    private func announce(_ server: FeedServer, _ certificate: ServerCertificate?, publishToken: String?) throws {
        let announcement = Announcement(
            host: server.host, port: server.port, pid: getpid(), tls: certificate != nil,
            certificate: certificate?.authority, publishToken: publishToken)
        try FileHandle.standardOutput.write(contentsOf: announcement.line())
    }
}

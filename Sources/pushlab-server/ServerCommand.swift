import ArgumentParser
import Arguments
import Feed
import FeedServer
import Foundation
import Host
import Measurement
import Transports

@main
enum Main {
    static func main() {
        CommandMain.run(ServerCommand.self)
    }
}

/// The server: one feed for clients of every transport.
struct ServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pushlab-server",
        abstract: """
            Serves one feed by every transport: \
            \(TransportRegistry.standard.push.map { $0.title }.joined(separator: ", ")).
            """,
        discussion: """
            When ready, the server prints one line of JSON with its address. On SIGTERM or SIGINT it closes WebSockets \
            with 1001, ends streams, answers held polls and exits with code 0 within 5 s.
            """,
        version: "pushlab-server \(ProgramVersion.current)")

    @Option(help: "Address to listen on. Only a loopback address keeps the server off the network.")
    var host = "127.0.0.1"

    @Option(
        parsing: .unconditional, help: "Port to listen on, 0 to 65535; 0 lets the kernel choose. (default: 0)",
        transform: ArgumentReading.number(in: 0...UInt16.max))
    var port: UInt16 = 0

    @Option(
        parsing: .unconditional, help: "Event loops, each on one thread, 1 to 64. (default: 1)",
        transform: ArgumentReading.number(in: 1...64))
    var threads = 1

    @OptionGroup(title: "Feed") var feedOptions: FeedOptions
    @OptionGroup(title: "Limits") var limits: LimitOptions
    @OptionGroup(title: "Memory") var memory: MemoryOptions
    @OptionGroup(title: "Access") var access: AccessOptions
    @OptionGroup(title: "TLS") var tlsOptions: TLSOptions

    @Option(
        help: "Hold time of long polls that give none, 1ms to 120s. (default: 25s)",
        transform: ArgumentReading.quantity)
    var hold = Duration.seconds(25)

    @Flag(help: "Also accept pre-RFC 6455 WebSocket drafts; on a loopback address only.")
    var legacyWebsocket = false

    @Option(
        help: "Send an SSE keep-alive comment after this much silence, 1ms to 1h. (default: 15s)",
        transform: ArgumentReading.quantity)
    var keepAlive = Duration.seconds(15)

    @Option(
        help: "Delay before browsers reconnect to an SSE stream, 1ms to 1h. (default: 1s)",
        transform: ArgumentReading.quantity)
    var retry = Duration.seconds(1)

    @Option(
        help: "Ping a WebSocket after this much silence, 100ms to 1h; 0s for never. (default: 30s)",
        transform: ArgumentReading.quantity)
    var pingInterval = Duration.seconds(30)

    @Option(
        help: "Drop a WebSocket that sends nothing for this long after a Ping, 100ms to 1h. (default: 20s)",
        transform: ArgumentReading.quantity)
    var pingTimeout = Duration.seconds(20)

    @Option(help: "Processors to run on, such as 0,1. (default: any)", transform: ArgumentReading.processors)
    var cpus: [Int]?

    @Flag(help: ArgumentHelp("Stop when standard input ends.", visibility: .hidden))
    var untilStdinCloses = false

    func validate() throws {
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
            // The user knows their own token, and it is a secret.
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
                toAtLeast: UInt64(limits.maximumConnections) + UInt64(FeedServer.descriptors(threads: threads)))
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
        result.maximumConnections = limits.maximumConnections
        result.maximumStreams = limits.maximumStreams
        result.maximumSubscribers = limits.maximumSubscribers
        result.publishDelay = feedOptions.faultPublishDelay
        result.settings = try makeSettings()
        return result
    }

    private func makeSettings() throws -> ServerSettings {
        var settings = ServerSettings(
            hold: hold, slowSubscriber: limits.slowSubscriber, keepAlive: keepAlive, retry: retry,
            pingInterval: pingInterval, pingTimeout: pingTimeout)
        settings.acceptsLegacyWebSocket = legacyWebsocket
        settings.echoLimit = limits.echoLimit.bytes
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

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
struct ServerCommand: AsyncParsableCommand, CommandAdvice {
    static let configuration = CommandConfiguration(
        commandName: "pushlab-server",
        abstract: """
            Serves one feed by every transport: \
            \(TransportRegistry.standard.push.map { $0.title }.joined(separator: ", ")).
            """,
        discussion: """
            Example: \(Self.example)

            Clients choose the transport by its path: \(TransportRegistry.standard.paths.joined(separator: ", ")). A \
            connection that begins with \(TransportRegistry.standard.firstLines.map { "\($0.firstWord)" }.joined()) is \
            raw TCP. /stats and /metrics have counters.

            When ready, the server prints one line of JSON with its address. On SIGTERM or SIGINT it closes WebSockets \
            with 1001, ends streams, answers held polls and exits with code 0 within 5 s.
            """,
        version: "pushlab-server \(ProgramVersion.current)")

    static let example = "pushlab-server --port 8080 --rate 10/s"

    static func advice(onOption option: String, value: String?) -> String? {
        option == "--transport" ? "the server offers all transports at once; clients choose one" : nil
    }

    static func advice(onArgument argument: String) -> String? { "the server has options and no commands" }

    @OptionGroup(title: "Address") var address: AddressOptions
    @OptionGroup(title: "Feed") var feedOptions: FeedOptions
    @OptionGroup(title: "Timing") var timing: TimingOptions
    @OptionGroup(title: "Limits") var limits: LimitOptions
    @OptionGroup(title: "Memory") var memory: MemoryOptions
    @OptionGroup(title: "Access") var access: AccessOptions
    @OptionGroup(title: "TLS") var tlsOptions: TLSOptions

    @Flag(help: "Also accept pre-RFC 6455 WebSocket drafts; on a loopback address only.")
    var legacyWebsocket = false

    @Flag(help: ArgumentHelp("Stop when standard input ends.", visibility: .hidden))
    var untilStdinCloses = false

    func validate() throws {
        try require(
            !legacyWebsocket || LoopbackAddress.isOne(address.host),
            "--legacy-websocket is given and --host is \(address.host); allowed with it: 127.0.0.0/8, ::1, localhost")
        for (option, value) in [
            ("--publish-token", access.publishToken), ("--publish-token-file", access.publishTokenFile),
        ] {
            try require(value == nil || isExternal, "\(option) is given, which needs --feed external")
        }
    }

    func run() async throws {
        do throws(FileFault) {
            try StandardOutput.check()
        } catch {
            throw Failure("\(error); the server prints its address there")
        }
        for sentence in feedOptions.unused { Complaint.show("warning: \(sentence)") }
        let stop = StopRequest()
        try address.pin()
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
                toAtLeast: UInt64(limits.maximumConnections) + UInt64(FeedServer.descriptors(threads: address.threads)))
            return try await FeedServer.start(configuration)
        } catch {
            throw Failure("\(error)")
        }
    }

    private func makeConfiguration() throws -> FeedServerConfiguration {
        var result = FeedServerConfiguration()
        result.certificate = try tlsOptions.certificate()
        result.host = address.host
        result.port = Int(address.port)
        result.threads = address.threads
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
            hold: timing.hold, slowSubscriber: limits.slowSubscriber, keepAlive: timing.keepAlive, retry: timing.retry,
            pingInterval: timing.pingInterval, pingTimeout: timing.pingTimeout)
        settings.acceptsLegacyWebSocket = legacyWebsocket
        settings.echoLimit = limits.echoLimit.bytes
        settings.origins = try access.origins()
        settings.hosts = try access.hosts(serverHost: address.host)
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

import ArgumentParser
import Arguments
import Feed
import FeedServer
import Foundation
import Host
import LinkRelay
import Measurement
import TeachingPage
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
            raw TCP. /stats and /metrics have counters. A browser shows the teaching page at /, and each of its lanes \
            uses a separate port.

            When ready, the server prints one line of JSON with its address; "control" is the page's address with the \
            token that permits control. On SIGTERM or SIGINT it closes WebSockets \
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
    @OptionGroup(title: "Teaching page") var page: PageOptions

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
        try require(
            !page.readsInput || feedOptions.feed != .standardInput,
            "--control-token is -, which reads standard input; with --feed stdin that has the items")
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
        configuration.publishToken = isExternal ? chosenToken ?? SecretToken.random() : nil
        let laneConnections = try laneConnections(configuration)
        let controlToken = try laneConnections.map { _ in try page.token() }
        configuration.page = controlToken.map { makePage($0, laneConnections ?? 0) }
        let server = try await start(configuration)
        do throws(FileFault) {
            // The user knows their own token, and it is a secret.
            let publishToken = chosenToken == nil ? configuration.publishToken : nil
            try announce(server, configuration, publishToken: publishToken, controlToken: controlToken)
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
            return try await FeedServer.start(configuration)
        } catch let fault as LinkRelayFault {
            throw Failure(fault.description(portAdvice: PageOptions.portAdvice))
        } catch {
            throw Failure("\(error)")
        }
    }

    /// Raises the limit of file descriptors.
    ///
    /// - Returns: Connections per lane port of the teaching page; `nil` without the page. A sentence says so if there
    ///   are too few descriptors for it.
    /// - Throws: ``Failure`` if there are too few without the page.
    private func laneConnections(_ configuration: FeedServerConfiguration) throws -> Int? {
        let needed = UInt64(limits.maximumConnections) + UInt64(FeedServer.descriptors(threads: address.threads))
        let lanes = FeedServer.laneDescriptors(configuration.transports)
        do {
            try FileDescriptorLimit.raise(toAtLeast: page.noPage ? needed : needed + UInt64(lanes))
            return page.noPage ? nil : PageConfiguration.mostLaneConnections
        } catch {
            do { try FileDescriptorLimit.raise(toAtLeast: needed) } catch { throw Failure("\(error)") }
            let left = Int(clamping: FileDescriptorLimit.raise() - needed)
            let connections = FeedServer.laneConnections(descriptors: left, configuration.transports)
            if connections >= Self.fewestLaneConnections { return connections }
            Complaint.show("warning: the teaching page is not served: \(error); or lower --max-connections")
            return nil
        }
    }

    // Enough for the lanes of a few browsers.
    private static let fewestLaneConnections = 20

    private func makeConfiguration() throws -> FeedServerConfiguration {
        var result = FeedServerConfiguration()
        result.certificate = try tlsOptions.certificate(host: address.host)
        result.host = address.host
        result.port = Int(address.port)
        result.threads = address.threads
        do {
            result.feed = try feedOptions.input()
        } catch let fault as StreamFault {
            throw Failure("\(fault)")
        } catch {
            throw Failure("\(error)", code: .usage)
        }
        result.feedText = feedOptions.feed.text
        result.feedDelay = feedOptions.items.feedDelay
        result.feedDuration = feedOptions.feedDuration
        result.historyItems = memory.history
        result.historyBytes = memory.historyBytes.bytes
        result.maximumConnections = limits.maximumConnections
        result.maximumStreams = limits.maximumStreams
        result.maximumSubscribers = limits.maximumSubscribers
        result.restart = feedOptions.restart
        result.publishDelay = feedOptions.faultPublishDelay
        result.delayPerItem = feedOptions.testDelayPerItem
        result.settings = try makeSettings()
        return result
    }

    private func makePage(_ token: String, _ laneConnections: Int) -> PageConfiguration {
        var result = PageConfiguration(controlToken: token, files: TeachingPage.response)
        result.laneConnections = laneConnections
        result.firstLanePort = page.lanePorts.map { Int($0) }
        let (host, tls) = (address.host, tlsOptions.tls != nil)
        result.addresses = { port in
            PageAddress(host: host, port: port, tls: tls).forOthers(NetworkAddresses.all())
        }
        if feedOptions.feed == .synthetic {
            result.rate = feedOptions.items.rate
            result.payload = feedOptions.items.itemSize
        }
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
        _ server: FeedServer, _ configuration: FeedServerConfiguration, publishToken: String?, controlToken: String?
    ) throws(FileFault) {
        let tls = configuration.certificate != nil
        let address = PageAddress(host: self.address.host, port: server.port, tls: tls)
        let control = controlToken.map { address.withControl($0) }
        let announcement = Announcement(
            host: server.host, port: server.port, pid: getpid(), tls: tls,
            certificate: configuration.certificate?.authority, publishToken: publishToken, control: control)
        try StandardOutput.write(announcement.line())
        guard let control else { return }
        let others = address.forOthers(NetworkAddresses.all())
        let shown = (others.isEmpty ? [address.local] : others).joined(separator: " or ")
        Complaint.show("the teaching page is \(shown); with its controls it is \(control)")
        if others.isEmpty { return }
        let secrecy = tls ? "" : "; without --tls, others can read the control token in the network"
        Complaint.show("warning: every computer that reaches this address can use the server\(secrecy)")
    }
}

import ArgumentParser
import Arguments
import Feed
import FeedServer
import Foundation
import Host
import LinkRelay
import Measurement
import Transports

struct FeedCommand: AsyncParsableCommand, CommandAdvice {
    static let configuration = CommandConfiguration(
        commandName: "feed",
        abstract: "Publishes a feed to other programs: each item when it is due, as a line, a POST or a stream entry.",
        discussion: """
            Example: \(Self.example)

            The items and their due times are those of pushlab-server with the same options. Standard output gets the \
            text of each item and a line end. With --to http://HOST:PORT/PATH, each item is the body of one POST, in \
            order, over one connection; an answer other than 2xx ends the feed. With --to redis://HOST:PORT/STREAM, \
            each item is one entry of a new Redis stream, which any number of servers can follow: pushlab-server \
            --feed redis://HOST:PORT/STREAM.

            When ready, the feed prints one line of JSON with the address of its status pages on standard error: \
            /stats, /metrics, /healthz, and /feed/schedule, which has the instant before each item was written. A \
            reader that does not read ends the feed when 8 MiB of items wait; no item is dropped. The exit code is 0 \
            when the last item is written and after Ctrl-C or SIGTERM, 1 if the reader has gone or refuses an item.
            """)

    static let example = "pushlab feed synthetic --rate 10/s --duration 60s | my-server"

    @Argument(
        help: "Source of items: synthetic; host, live counters of this machine; replay:FILE, a recording.",
        transform: Self.source)
    var source: FeedSource

    @OptionGroup(title: "Feed") var items: FeedItemOptions

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Publish only items due within this time after the epoch, 1ms to 8760h; the feed ends when the last one is \
            written. (default: the length of the recording, or no end)
            """, valueName: "time"),
        transform: ArgumentReading.quantity(in: .milliseconds(1)...FeedTimes.year))
    var duration: Duration?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Where items go: - is standard output; http://HOST:PORT/PATH; redis://HOST:PORT/STREAM. (default: -)",
            valueName: "place"),
        transform: FeedDestination.read)
    var to = FeedDestination.standardOutput

    @Option(
        help: ArgumentHelp("Media type of the items, with --to http://…. (default: text/plain)", valueName: "type"),
        transform: Self.mediaType)
    var type: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Items that the stream keeps at least, 1 to 1000000, with --to redis://…; the oldest are dropped. \
            (default: 4096)
            """, valueName: "n"),
        transform: ArgumentReading.number(in: 1...1_000_000))
    var history: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Port of the status pages on 127.0.0.1, 0 to 65535; 0 lets the kernel choose. (default: 0)",
            valueName: "n"),
        transform: ArgumentReading.number(in: 0...UInt16.max))
    var statusPort: UInt16 = 0

    @Flag(
        help: ArgumentHelp(
            "Stop when standard input ends, and not before, so that the status pages stay.", visibility: .hidden))
    var untilStdinCloses = false

    func validate() throws {
        if type != nil, !isPost {
            throw ValidationError("--type is given, which needs --to http://HOST:PORT/PATH")
        }
        if history != nil, !isStream {
            throw ValidationError("--history is given, which needs --to \(RedisStream.form)")
        }
    }

    private var isPost: Bool { if case .post = to { true } else { false } }
    private var isStream: Bool { if case .stream = to { true } else { false } }

    func run() async throws {
        if to == .standardOutput {
            do throws(FileFault) {
                try StandardOutput.check()
            } catch {
                throw Failure("\(error); the items go there")
            }
        }
        for sentence in items.unused(by: source, named: { "the source \($0)" }) {
            Complaint.show("warning: \(sentence)")
        }
        let stop = StopRequest()
        let feeder = try await start(stop)
        let line = ListeningLine.text(RelayAddress(host: feeder.host, port: feeder.port), further: #","tls":false"#)
        try? Descriptor.write(Array((line + "\n").utf8), to: STDERR_FILENO, named: "standard error")
        if untilStdinCloses { stop.countInputEnd() }
        await stop.wait()
        let fault = feeder.fault
        await feeder.stop()
        if let fault { throw Failure("\(fault); items written: \(feeder.writtenItems)") }
        Complaint.show("items written: \(feeder.writtenItems)")
    }

    private func start(_ stop: StopRequest) async throws -> Feeder {
        var configuration = FeedServerConfiguration()
        configuration.port = Int(statusPort)
        configuration.feedText = source.text
        configuration.feedDelay = items.feedDelay
        configuration.feedDuration = duration
        configuration.maximumConnections = Self.statusConnections
        // Against DNS rebinding, as in the server.
        configuration.settings.hosts = try? HostPolicy()
        do { configuration.feed = try items.input(from: source) } catch { throw Failure("\(error)", code: .usage) }
        let stays = untilStdinCloses
        do {
            return try await Feeder.start(configuration, to: try makeSink()) { fault in
                if fault != nil || !stays { stop.request() }
            }
        } catch {
            // The server's sentence names its own option.
            throw Failure("\(error)".replacing("--port", with: "--status-port"))
        }
    }

    private static let statusConnections = 100

    private func makeSink() throws -> any ItemSink {
        switch to {
        case .standardOutput: return LineSink(STDOUT_FILENO, named: StandardOutput.name)
        case .post(let target): return try PostSink(to: target, contentType: type ?? "text/plain")
        case .stream(let stream):
            return try RedisSink(to: stream, historyItems: history ?? 4_096) { Complaint.show($0) }
        }
    }

    private static func source(_ text: String) throws -> FeedSource {
        let allowed = "allowed synthetic, host, replay:FILE"
        guard let source = try? FeedSource(text) else {
            let suggestion = FeedSource.suggestion(for: text, among: ["synthetic", "host"])
            throw ValidationError("is \(ShownValue.text(text)); \(allowed)\(suggestion)")
        }
        switch source {
        case .synthetic, .host, .replay: return source
        case .standardInput, .external, .redis:
            throw ValidationError(
                "is \(ShownValue.text(text)), whose items another program makes; \(allowed), which can be repeated")
        }
    }

    private static func mediaType(_ text: String) throws -> String {
        guard text.wholeMatch(of: /[A-Za-z0-9!#$&^_.+-]+\/[\x20-\x7e]+/) != nil, text.utf8.count <= 200 else {
            throw ValidationError("allowed a media type, such as text/plain")
        }
        return text
    }
}

import Feed
import Host
import Measurement
import Scenario
import Transports
import WebSocketProtocol

/// The command line of a case's server.
struct ServerArguments {
    let feed: Scenario.Feed
    let subject: MeasuredCase
    var publishDelay = Duration.zero
    var itemDelay = Duration.zero
    var recordings = RecordingPlaces()
    /// The stream that the server follows; `nil` if it makes the items itself.
    var stream: RedisStream?
    /// 0 for any.
    var port = 0
    /// Where the server runs.
    var place = ServerPlace.here
    /// Load processes: each has two connections in addition to those of its clients.
    var loadProcesses = 1
    /// Those of them that share the processors of this machine with the server.
    var loadProcessesHere = 1

    // Memory limit of the items that the server keeps.
    private static let windowBytes = 1 << 30
    // The largest value of the server's options; no machine has more.
    private static let mostMemory = 1 << 40

    private var timing: CaseTiming { subject.timing }
    private var pause: Duration { subject.longestPause }
    private var connections: Int {
        timing.clients + 100 + 2 * (loadProcesses - 1)
            + subject.strain.additionalConnections(clients: timing.clients)
    }

    var list: [String] {
        var arguments = [
            "--port", "\(port)", "--until-stdin-closes", "--no-page", "--history", "\(history)", "--max-connections",
            "\(connections)",
        ]
        arguments += memoryArguments
        if let address = place.address { arguments += ["--host", address] }
        // The processors of another host are unknown here.
        if !place.isElsewhere, let halves = ProcessorPlacement.halves(loads: loadProcessesHere) {
            arguments += ["--cpus", halves.server.map(String.init).joined(separator: ",")]
        }
        arguments += feedArguments + subject.strain.policyArguments
        if timing.encrypts { arguments += ["--tls", "self-signed"] }
        if publishDelay > .zero { arguments += ["--fault-publish-delay", publishDelay.quantityText] }
        if itemDelay > .zero { arguments += ["--test-delay-per-item", itemDelay.quantityText] }
        if subject.transport.options.usesWebSocketDraft { arguments.append("--legacy-websocket") }
        return arguments
    }

    // Limits that protect a server must not change the measurement: each is as large as this case can need.
    private var memoryArguments: [String] {
        let clients = connections
        let message = (feed.payload?.bytes ?? 4_096) + 4_096
        let context = DeflateParameters().streamBytes(at: .server)
        // Buffers grow in powers of two, so items may take twice their size.
        return [
            "--history-bytes", "\(2 * Self.windowBytes)B",
            "--message-memory", "\(min(max(256 << 20, clients * message), Self.mostMemory))B",
            "--deflate-memory", "\(min(clients * context, Self.mostMemory))B",
        ]
    }

    private var feedArguments: [String] {
        // The program that writes the stream decides everything else, and the lab ends the server.
        if let stream { return ["--feed", stream.text] }
        return ["--seed", "\(subject.seed)", "--feed-delay", timing.lead.quantityText] + itemArguments
            + subject.strain.restartArguments(warmup: timing.warmup)
    }

    private var itemArguments: [String] {
        // In an echo case clients send, and the server publishes no item.
        if feed.isEcho { return ["--feed-duration", Duration.zero.quantityText] }
        var arguments = ["--feed-duration", timing.feedDuration(pause: pause).quantityText]
        arguments += ["--feed", feed.sourceText(in: recordings)]
        return arguments + feed.options
    }

    /// Twice the number of items that a poller may be behind, within the memory limit.
    var history: Int {
        if let history = subject.strain.history { return history }
        let behind = timing.patience(pause: pause).seconds
        let wanted = Int((feed.rate?.perSecond ?? 1_000) * behind * 2)
        let affordable = Self.windowBytes / (feed.payload?.bytes ?? 4_096)
        return max(64, min(max(4_096, wanted), affordable, 1_000_000))
    }
}

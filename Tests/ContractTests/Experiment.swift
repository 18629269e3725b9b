import Feed
import FeedServer
import Host
import LoadGenerator
import Measurement
import Testing
import Transports
import WireAccounting

/// A server in this process, and plans for load workers that connect to it.
struct Experiment {
    /// A transport as a test argument.
    struct Subject: CustomTestStringConvertible, Sendable {
        let transport: any PushTransport.Type
        var encrypts = false
        var testDescription: String { transport.name + (encrypts ? " with TLS" : "") }

        static let all = all(of: .standard)

        static func all(of registry: TransportRegistry) -> [Subject] {
            registry.push.flatMap { [Subject(transport: $0), Subject(transport: $0, encrypts: true)] }
        }

        /// Options with short durations, so that tests are fast.
        var options: TransportOptions {
            var options = transport.defaultOptions
            for option in transport.options {
                guard case .duration(let range) = option.kind else { continue }
                options[option] = .duration(max(range.lowerBound, .milliseconds(50)))
            }
            return options
        }
    }

    let server: FeedServer
    /// CA certificate that the clients trust, in PEM; `nil` for plain TCP.
    let authority: String?
    let payloadBytes: Int
    /// Sequence of the feed's last item.
    let last: UInt64
    private let duration: Duration

    /// Starts a server with a finite feed of equally large items, one per `period`.
    static func start(
        _ subject: Subject, items: Int, period: Duration = .milliseconds(5), payloadBytes: Int = 128,
        history: Int = 4_096, content: ItemContent = .filler,
        threads: Int = 1, delay: Duration = .milliseconds(100), acceptsLegacyWebSocket: Bool = false,
        retry: Duration = .seconds(1),
        configure: (inout FeedServerConfiguration) -> Void = { _ in }
    ) async throws -> Experiment {
        var configuration = FeedServerConfiguration()
        configuration.threads = threads
        configuration.feed = .synthetic(
            FeedGenerator(payloadBytes: payloadBytes, period: period, arrivals: .constant, content: content, seed: 4))
        configuration.feedDelay = delay
        // Item n is due after n periods; the feed ends half a period after the last item.
        configuration.feedDuration = period * items + period / 2
        configuration.historyItems = history
        configuration.certificate = subject.encrypts ? try ServerCertificate.selfSigned() : nil
        configuration.settings.acceptsLegacyWebSocket = acceptsLegacyWebSocket
        configuration.settings.retry = retry
        configure(&configuration)
        let server = try await FeedServer.start(configuration)
        return Experiment(
            server: server, authority: configuration.certificate?.authority, payloadBytes: payloadBytes,
            last: UInt64(items), duration: period * items + period / 2)
    }

    /// A plan whose window is the whole duration of the feed; its clients request the items after the cursor.
    func plan(_ subject: Subject, clients: Int, cursor: UInt64 = 0) -> LoadPlan {
        let now = MonotonicClock.now()
        var plan = LoadPlan(
            target: LoadTarget(port: server.port), transport: subject.transport.name, options: subject.options,
            clients: clients, seed: 9, cursor: cursor, epoch: server.epoch,
            times: LoadTimes(
                start: now, ramp: .milliseconds(50), windowStart: server.epoch,
                windowEnd: max(now + .milliseconds(60), server.epoch + duration), patience: .seconds(20)))
        plan.target.tls = trust
        return plan
    }

    private var trust: TLSTrust? { authority.map { .authority(pem: $0) } }

    var probe: ServerProbe { ServerProbe(host: "127.0.0.1", port: server.port, tls: trust) }

    /// The count of the server's kernel, once this number of feed connections has ended.
    func serverKernel(connections: Int64) async throws -> KernelCount {
        try #require(try await probe.status(whenEnded: connections).feedKernel)
    }

    /// The requests for the feed that the server has read, once this number of feed connections has ended. Unlike the
    /// clients' own count, it includes polls that the end of the run cuts off, whose headers are sent.
    func requests(of subject: Subject, connections: Int64) async throws -> Int {
        let transports = try await probe.status(whenEnded: connections).transports
        return Int(try #require(transports?.first { $0.transport == subject.transport.name }).requests)
    }

    /// Stops the server after the first deliveries, however late they are.
    func stopWhileDelivering() async throws {
        let deadline = MonotonicClock.now() + .seconds(5)
        while try probe.status().deliveries < 20, MonotonicClock.now() < deadline {
            try await Task.sleep(for: .milliseconds(10))
        }
        await server.stop()
    }

    /// Waits until the server reports that all items are published.
    func awaitEndOfFeed() async throws {
        let deadline = MonotonicClock.now() + .seconds(20)
        while try probe.status().newest < last {
            try #require(MonotonicClock.now() < deadline, "the feed did not end within 20 s")
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}

/// Expects that the ledger accounts for exactly the kernel's bytes, and that no connection's counters are missing.
func expectConservation(_ record: LoadRecord, sourceLocation: SourceLocation = #_sourceLocation) {
    let conservation = Conservation(of: record.ledger, against: record.kernel)
    #expect(conservation.complaints == [], sourceLocation: sourceLocation)
    #expect(record.unreadCounters == 0, sourceLocation: sourceLocation)
    #expect(record.kernel.bytesUp > 0, sourceLocation: sourceLocation)
}

extension ServerProbe {
    /// The server's status, once this number of feed or echo connections has ended.
    ///
    /// The server is idle then, but it runs in this process, and up to three other suites run at the same time. If the
    /// machine runs none of its threads for some seconds, a probe has no answer within its 5 s although nothing is
    /// wrong; then it asks again.
    func status(whenEnded connections: Int64) async throws -> ServerStatus {
        let deadline = MonotonicClock.now() + .seconds(20)
        while true {
            let answer = Result { try status() }
            let isEnded = (try? answer.get())?.feedKernel?.connections == connections
            if isEnded || MonotonicClock.now() >= deadline { return try answer.get() }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

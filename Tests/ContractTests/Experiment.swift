import Feed
import FeedServer
import Host
import LoadGenerator
import Measurement
import Testing
import Transports
import WireAccounting

/// One server of this process, and load workers against it.
struct Experiment {
    /// A transport as a test's argument.
    struct Subject: CustomTestStringConvertible, Sendable {
        let transport: any PushTransport.Type
        var encrypts = false
        var testDescription: String { transport.name + (encrypts ? " with TLS" : "") }

        static let all = all(of: .standard)

        static func all(of registry: TransportRegistry) -> [Subject] {
            registry.push.flatMap { [Subject(transport: $0), Subject(transport: $0, encrypts: true)] }
        }

        /// Quick answers wherever the transport has a length of time to set.
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
    /// For clients that are to trust the server; `nil` if it speaks plain TCP.
    let authority: String?
    let payloadBytes: Int
    /// Sequence of the feed's last item.
    let last: UInt64
    private let duration: Duration

    /// A finite feed of equal items, one every `period`.
    static func start(
        _ subject: Subject, items: Int, period: Duration = .milliseconds(5), payloadBytes: Int = 128,
        history: Int = 4_096,
        threads: Int = 1, delay: Duration = .milliseconds(100), acceptsLegacyWebSocket: Bool = false,
        retry: Duration = .seconds(1),
        configure: (inout FeedServerConfiguration) -> Void = { _ in }
    ) async throws -> Experiment {
        var configuration = FeedServerConfiguration()
        configuration.threads = threads
        configuration.feed = .synthetic(
            FeedGenerator(payloadBytes: payloadBytes, period: period, arrivals: .constant, seed: 4))
        configuration.feedDelay = delay
        // Item n is due after n periods; the feed ends half a period after its last.
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

    /// A plan whose window is the feed's whole life; its clients want what follows the cursor.
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

    /// What the server's kernel counted, once it has seen the ends of so many connections with the feed.
    func serverKernel(connections: Int64) async throws -> KernelCount {
        try #require(try await probe.status(whenEnded: connections).feedKernel)
    }

    /// Stops the server once clients have got something, be it early or late.
    func stopWhileDelivering() async throws {
        let deadline = MonotonicClock.now() + .seconds(5)
        while try probe.status().deliveries < 20, MonotonicClock.now() < deadline {
            try await Task.sleep(for: .milliseconds(10))
        }
        await server.stop()
    }

    /// Waits until every item is published, by the server's own account.
    func awaitEndOfFeed() async throws {
        let deadline = MonotonicClock.now() + .seconds(20)
        while try probe.status().newest < last {
            try #require(MonotonicClock.now() < deadline, "the feed goes on for ever")
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}

/// Not a byte lost or invented, and not one connection whose kernel counters were missed.
func expectConservation(_ record: LoadRecord, sourceLocation: SourceLocation = #_sourceLocation) {
    let conservation = Conservation(of: record.ledger, against: record.kernel)
    #expect(conservation.complaints == [], sourceLocation: sourceLocation)
    #expect(record.unreadCounters == 0, sourceLocation: sourceLocation)
    #expect(record.kernel.bytesUp > 0, sourceLocation: sourceLocation)
}

extension ServerProbe {
    /// The server's account of itself, once it has seen the ends of so many connections with the feed or an echo.
    func status(whenEnded connections: Int64) async throws -> ServerStatus {
        let deadline = MonotonicClock.now() + .seconds(5)
        var status = try status()
        while status.feedKernel?.connections != connections, MonotonicClock.now() < deadline {
            try await Task.sleep(for: .milliseconds(5))
            status = try self.status()
        }
        return status
    }
}

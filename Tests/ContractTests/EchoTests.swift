import FeedServer
import Host
import LoadGenerator
import Measurement
import Testing
import Transports
import WireAccounting

@Suite("Contract of every echo transport", .serialized, .timeLimit(.minutes(2)))
struct EchoTests {
    /// An echo transport as a test argument.
    struct Subject: CustomTestStringConvertible, Sendable {
        let transport: any EchoTransport.Type
        var encrypts = false
        var isWebSocket: Bool { transport.name == "websocket" }
        var testDescription: String { transport.name + (encrypts ? " with TLS" : "") }

        static let all = TransportRegistry.standard.echo.flatMap {
            [Subject(transport: $0), Subject(transport: $0, encrypts: true)]
        }
    }

    /// All sizes; with TLS only one that fits in a record and one that does not.
    static let trials = Subject.all.flatMap { subject in
        (subject.encrypts ? [128, 20_000] : [20, 128, 20_000, 1 << 20]).map { (subject, $0) }
    }

    @Test(
        "every message is echoed once, in order, and every byte of both directions is accounted for",
        arguments: trials)
    func completeEcho(subject: Subject, payloadBytes: Int) async throws {
        // A debug build takes 0.1 s to mask and validate 1 MiB.
        let (clients, count) = payloadBytes < 1_000 ? (20, 30) : (2, 2)
        let record = try await run(subject, clients: clients, messages: count, payloadBytes: payloadBytes)
        let all = UInt64(clients * count)
        #expect(record.faults == [])
        #expect(record.errors == 0)
        #expect(record.lastSequence == UInt64(count))
        #expect(
            record.deliveries
                == DeliveryTotals(clients: UInt64(clients), expected: all, delivered: all, unique: all))
        expectConservation(record)
        let ledger = record.ledger
        #expect(ledger[.payload, .up] == Int64(all) * Int64(payloadBytes))
        #expect(ledger[.payload, .down] == Int64(all) * Int64(payloadBytes))
        #expect(record.latency.count == all)
        #expect(record.latency.negativeCount == 0)
        #expect(record.exchanges.connects == UInt64(clients))
        #expect((ledger[.tls] > 0) == subject.encrypts)
        if subject.isWebSocket {
            // RFC 6455 §5.3: four bytes per frame, including the Close of each client.
            #expect(ledger[.webSocketMask, .up] == Int64(4 * (Int(all) + clients)))
            #expect(ledger[.webSocketMask, .down] == 0)
            #expect(ledger[.httpHead] == 0)
            #expect(record.scheduleLag.count == all)
        } else {
            #expect(record.exchanges.requests == all)
            #expect(record.exchanges.fullResponses == all)
            #expect(ledger[.httpHead, .up] % Int64(all) == 0, "all requests have equal headers")
            #expect(ledger[.webSocketMask] == 0)
        }
    }

    @Test("the kernels of both ends count the same bytes", arguments: Subject.all)
    func bothEnds(subject: Subject) async throws {
        let server = try await Self.start(subject)
        let record = try await LoadWorker.run(plan(subject, server, clients: 10, messages: 20)) { nil }
        let status = try await server.probe.status(whenEnded: record.kernel.connections)
        await server.feed.stop()
        let kernel = try #require(status.feedKernel)
        #expect(kernel.connections == 10)
        #expect(EndsAgreement(client: record.kernel, server: kernel).complaints == [])
    }

    @Test(
        "with POST over HTTP/2 every message is echoed once, and ledger, frames and kernels count the same bytes",
        arguments: [Subject(transport: HTTPPost.self), Subject(transport: HTTPPost.self, encrypts: true)],
        [HTTPVersion.two, .twoShared])
    func overHTTP2(subject: Subject, version: HTTPVersion) async throws {
        let server = try await Self.start(subject)
        var plan = plan(subject, server, clients: 10, messages: 20, payloadBytes: 20_000)
        plan.options[HTTPVersion.key] = version
        var record = try await LoadWorker.run(plan) { nil }
        let status = try await server.probe.status(whenEnded: record.kernel.connections)
        await server.feed.stop()
        #expect(record.faults == [])
        #expect(record.deliveries == DeliveryTotals(clients: 10, expected: 200, delivered: 200, unique: 200))
        record.ledger.book(try #require(status.feedHTTP2))
        expectConservation(record)
        #expect(EndsAgreement(client: record.kernel, server: try #require(status.feedKernel)).complaints == [])
        #expect(record.ledger[.payload, .up] == 200 * 20_000)
    }

    @Test("if responses are slower than the schedule, latencies still count from the due times")
    func overload() async throws {
        let post = Subject(transport: HTTPPost.self)
        let server = try await Self.start(post)
        // 20,000 messages/s are far more than a debug build can carry one at a time on one connection.
        var plan = plan(post, server, clients: 1, messages: 4_000, period: .microseconds(50))
        plan.times.patience = .seconds(60)
        let record = try await LoadWorker.run(plan) { nil }
        await server.feed.stop()
        #expect(record.faults == [])
        #expect(record.deliveries == DeliveryTotals(clients: 1, expected: 4_000, delivered: 4_000, unique: 4_000))
        expectConservation(record)
        let longest = try #require(record.latency.max)
        // The last message waits for all messages before it, not only for one.
        #expect(longest > 20 * (try #require(record.latency.min)))
    }

    @Test("a server that stops causes errors, and the worker ends", arguments: Subject.all)
    func serverStops(subject: Subject) async throws {
        let server = try await Self.start(subject)
        var plan = plan(subject, server, clients: 5, messages: 150)
        plan.times.patience = .milliseconds(200)
        async let stopped: Void = {
            try? await Task.sleep(for: .milliseconds(800))
            await server.feed.stop()
        }()
        let record = try await LoadWorker.run(plan) { nil }
        await stopped
        #expect(record.errors > 0)
        #expect(record.deliveries.unique > 0)
        #expect(record.deliveries.missed > 0)
        #expect(record.deliveries.duplicates == 0)
        #expect(record.deliveries.expected == 750)
    }

    @Test("a transport that cannot echo is rejected, and the error lists those that can")
    func refused() async throws {
        let subject = Subject(transport: HTTPPost.self)
        let server = try await Self.start(subject)
        var plan = plan(subject, server, clients: 1, messages: 1)
        plan.transport = "long-poll"
        do {
            _ = try await LoadWorker.run(plan) { nil }
            Issue.record("the plan was carried out")
        } catch {
            #expect("\(error)" == "transport is 'long-poll'; allowed websocket, http-post")
        }
        await server.feed.stop()
    }

    // MARK: Running one case

    private struct Server {
        let feed: FeedServer
        let trust: TLSTrust?

        var probe: ServerProbe { ServerProbe(host: "127.0.0.1", port: feed.port, tls: trust) }
    }

    private static func start(_ subject: Subject) async throws -> Server {
        var configuration = FeedServerConfiguration()
        configuration.feed = .pushed
        configuration.certificate = subject.encrypts ? try ServerCertificate.selfSigned() : nil
        return Server(
            feed: try await FeedServer.start(configuration),
            trust: configuration.certificate?.authority.map { .authority(pem: $0) })
    }

    private func plan(
        _ subject: Subject, _ server: Server, clients: Int, messages: Int, payloadBytes: Int = 64,
        period: Duration = .milliseconds(10)
    ) -> LoadPlan {
        let now = MonotonicClock.now()
        let start = now + .milliseconds(150)
        var plan = LoadPlan(
            target: LoadTarget(port: server.feed.port), transport: subject.transport.name, clients: clients, seed: 9,
            epoch: start,
            times: LoadTimes(
                start: now, ramp: .milliseconds(50), windowStart: start, windowEnd: start + period * messages,
                patience: .seconds(20)))
        plan.send = SendPlan(
            from: start, lasting: period * messages, rate: ItemRate(items: 1, per: period), payloadBytes: payloadBytes)
        plan.target.tls = server.trust
        return plan
    }

    private func run(
        _ subject: Subject, clients: Int, messages: Int, payloadBytes: Int
    ) async throws -> LoadRecord {
        let server = try await Self.start(subject)
        let period = Duration.milliseconds(payloadBytes < 1_000 ? 10 : 50)
        let record = try await LoadWorker.run(
            plan(
                subject, server, clients: clients, messages: messages, payloadBytes: payloadBytes, period: period)
        ) { nil }
        await server.feed.stop()
        return record
    }
}

import FeedServer
import Host
import LoadGenerator
import Measurement
import Testing
import Transports
import WireAccounting

@Suite("What WebSocket promises, over HTTP/2 (RFC 8441)", .serialized, .timeLimit(.minutes(2)))
struct WebSocketOverHTTP2Tests {
    /// How the clients' streams are laid on connections.
    struct Way: CustomTestStringConvertible, Sendable {
        let http: HTTPVersion
        let encrypts: Bool
        var testDescription: String { "http \(http.rawValue)" + (encrypts ? " with TLS" : "") }

        static let all = [HTTPVersion.two, .twoShared].flatMap { http in
            [false, true].map { Way(http: http, encrypts: $0) }
        }
        static let plain = all.filter { !$0.encrypts }

        var subject: Experiment.Subject { Experiment.Subject(transport: WebSocketPush.self, encrypts: encrypts) }

        func plan(_ experiment: Experiment, clients: Int, cursor: UInt64 = 0) -> LoadPlan {
            var plan = experiment.plan(subject, clients: clients, cursor: cursor)
            plan.options[HTTPVersion.key] = http
            return plan
        }

        func connections(_ clients: Int) -> Int64 { http == .twoShared ? 1 : Int64(clients) }
    }

    @Test(
        "every client gets every item once, in order; every byte is accounted for, and the server's kernel agrees",
        arguments: Way.all)
    func completeDelivery(way: Way) async throws {
        let experiment = try await Experiment.start(way.subject, items: 100, threads: 2)
        let record = try await LoadWorker.run(way.plan(experiment, clients: 20)) { experiment.last }
        let status = try await experiment.probe.status(whenEnded: way.connections(20))
        let server = try #require(status.feedKernel)
        await experiment.server.stop()
        #expect(record.faults == [])
        #expect(record.errors == 0)
        #expect(record.deliveries == DeliveryTotals(clients: 20, expected: 2_000, delivered: 2_000, unique: 2_000))
        #expect(record.ledger.payloadBytes == 2_000 * Int64(experiment.payloadBytes))
        expectConservation(record)
        #expect(record.latency.count == 2_000)
        #expect(record.latency.negativeCount == 0)
        #expect(record.exchanges.requests == 20)
        #expect(record.exchanges.connects == UInt64(way.connections(20)))
        #expect(record.kernel.connections == way.connections(20))
        #expect(EndsAgreement(client: record.kernel, server: server).complaints == [])
        #expect(status.unreadKernelCounters == 0)
        #expect((record.ledger[.tls] > 0) == way.encrypts)
        // 9 bytes for each DATA frame: at least one with items, a Close and an END_STREAM a client.
        let frames = record.ledger[.framing, .down]
        #expect(frames >= 9 * 3 * 20, "\(frames) B")
        #expect(record.ledger[.webSocketFrameHeader, .down] == 4 * 2_000)
    }

    @Test("the second client's CONNECT costs less on the connection that it shares: HPACK knows its fields")
    func sharedFields() async throws {
        var bytes: [HTTPVersion: Int64] = [:]
        for way in Way.plain {
            let experiment = try await Experiment.start(way.subject, items: 5)
            let record = try await LoadWorker.run(way.plan(experiment, clients: 10)) { experiment.last }
            await experiment.server.stop()
            expectConservation(record)
            bytes[way.http] = record.ledger[.handshake, .up]
        }
        let (alone, shared) = (try #require(bytes[.two]), try #require(bytes[.twoShared]))
        // Of the fields only indices are left, behind 9 bytes of frame header.
        #expect(shared < alone / 10 + 9 * 30, "\(shared) B for ten on one connection, \(alone) B on ten")
    }

    @Test("a client with a cursor gets exactly the rest", arguments: Way.plain, [120, 200] as [UInt64])
    func resumes(way: Way, cursor: UInt64) async throws {
        let experiment = try await Experiment.start(way.subject, items: 200, period: .microseconds(500), delay: .zero)
        try await experiment.awaitEndOfFeed()
        let record = try await LoadWorker.run(way.plan(experiment, clients: 5, cursor: cursor)) { experiment.last }
        await experiment.server.stop()
        let rest = 5 * (experiment.last - cursor)
        #expect(record.faults == [])
        #expect(record.deliveries == DeliveryTotals(clients: 5, expected: rest, delivered: rest, unique: rest))
        expectConservation(record)
    }

    @Test("what is lost is announced: the client goes on with the oldest item kept", arguments: Way.plain)
    func gap(way: Way) async throws {
        let experiment = try await Experiment.start(
            way.subject, items: 200, period: .microseconds(500), history: 50, delay: .zero)
        try await experiment.awaitEndOfFeed()
        let record = try await LoadWorker.run(way.plan(experiment, clients: 5)) { experiment.last }
        await experiment.server.stop()
        #expect(record.faults == [])
        #expect(record.deliveries == DeliveryTotals(clients: 5, expected: 1_000, delivered: 250, unique: 250))
        #expect(record.announcedGaps == 5)
        // A shared connection outlives its streams.
        #expect(record.exchanges.connects == (way.http == .twoShared ? 1 : 10))
        expectConservation(record)
    }

    @Test(
        "after resets in the middle a client misses nothing and gets nothing twice, and what was read is booked",
        arguments: zip(Way.all + Way.plain, 1...6 as ClosedRange<UInt64>))
    func resets(way: Way, seed: UInt64) async throws {
        let experiment = try await Experiment.start(way.subject, items: 120)
        // A connection that all share is reset for all at once, and each comes back in its own time.
        let resets = way.http == .twoShared ? 4 : 10
        let relay = try ResettingRelay(to: experiment.server.port, seed: seed, maximumResets: resets)
        var plan = way.plan(experiment, clients: 5)
        plan.target.port = relay.port
        let record = try await LoadWorker.run(plan) { experiment.last }
        relay.stop()
        await experiment.server.stop()
        #expect(relay.resets == resets, "\(record.faults) \(record.exchanges)")
        #expect(record.deliveries == DeliveryTotals(clients: 5, expected: 600, delivered: 600, unique: 600))
        #expect(record.exchanges.connects > UInt64(way.connections(5)))
        expectConservation(record)
    }

    @Test(
        "subprotocol and compression are agreed on as over HTTP/1.1",
        arguments: zip(Way.plain, [WebSocketOptions.Compression.contextTakeover, .noContextTakeover]))
    func negotiation(way: Way, deflate: WebSocketOptions.Compression) async throws {
        let experiment = try await Experiment.start(way.subject, items: 50)
        var plan = way.plan(experiment, clients: 5)
        plan.options[WebSocketOptions.subprotocol] = .binary
        plan.options[WebSocketOptions.compression] = deflate
        let record = try await LoadWorker.run(plan) { experiment.last }
        await experiment.server.stop()
        #expect(record.faults == [])
        #expect(record.deliveries == DeliveryTotals(clients: 5, expected: 250, delivered: 250, unique: 250))
        #expect(record.compressions.count == 1)
        #expect(record.ledger.inflatedBytes > 0)
        expectConservation(record)
    }

    @Test("items of 1 MiB, each as large as a stream's window, arrive whole", arguments: Way.all)
    func largeItems(way: Way) async throws {
        let experiment = try await Experiment.start(
            way.subject, items: 3, period: .milliseconds(50), payloadBytes: 1 << 20)
        let record = try await LoadWorker.run(way.plan(experiment, clients: 2)) { experiment.last }
        await experiment.server.stop()
        #expect(record.faults == [])
        #expect(record.deliveries == DeliveryTotals(clients: 2, expected: 6, delivered: 6, unique: 6))
        #expect(record.ledger.payloadBytes == 6 << 20)
        // WINDOW_UPDATE, 13 bytes each.
        #expect(record.ledger[.framing, .up] >= 13 * 4)
        expectConservation(record)
    }

    @Test("clients that send get every echo, and both directions balance", arguments: Way.all)
    func echo(way: Way) async throws {
        let experiment = try await Experiment.start(way.subject, items: 1)
        var plan = way.plan(experiment, clients: 5)
        plan.times.windowStart = plan.times.start + .milliseconds(200)
        plan.times.windowEnd = plan.times.windowStart + .milliseconds(300)
        plan.epoch = plan.times.windowStart
        plan.send = SendPlan(
            from: plan.times.windowStart, lasting: .milliseconds(300), rate: ItemRate(items: 100, per: .seconds(1)),
            payloadBytes: 200)
        let record = try await LoadWorker.run(plan) { nil }
        await experiment.server.stop()
        #expect(record.faults == [])
        let messages = 5 * (plan.send?.messages ?? 0)
        #expect(
            record.deliveries
                == DeliveryTotals(clients: 5, expected: messages, delivered: messages, unique: messages))
        #expect(record.ledger[.payload, .up] == Int64(messages) * 200)
        #expect(record.ledger[.payload, .down] == Int64(messages) * 200)
        expectConservation(record)
    }

    @Test("a server that stops within the run is told as errors, and the worker comes to its end", arguments: Way.plain)
    func serverStops(way: Way) async throws {
        let experiment = try await Experiment.start(way.subject, items: 1_000, delay: .milliseconds(100))
        var plan = way.plan(experiment, clients: 10)
        plan.times.windowEnd = plan.times.windowStart + .milliseconds(400)
        plan.times.patience = .milliseconds(200)
        // What clients should have counts by sequence alone: all of it, however late the machine lets the server stop.
        plan.epoch = nil
        let stopped = Task { try await experiment.stopWhileDelivering() }
        let before = MonotonicClock.now()
        let record = try await LoadWorker.run(plan) {
            try await stopped.value
            return experiment.last
        }
        #expect(record.faults.contains { $0.hasPrefix("the server closed with 1001") })
        #expect(record.deliveries.unique > 0)
        #expect(record.deliveries.duplicates == 0)
        expectConservation(record)
        #expect(
            MonotonicClock.now() - before < .seconds(5), "the streams' ends were waited for, not the server's patience")
    }
}

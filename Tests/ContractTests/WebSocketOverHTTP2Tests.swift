import FeedServer
import Host
import LinkRelay
import LoadGenerator
import Measurement
import Testing
import Transports
import WireAccounting

@Suite("Contract of WebSocket over HTTP/2 (RFC 8441)", .serialized, .timeLimit(.minutes(2)))
struct WebSocketOverHTTP2Tests {
    /// How the clients' streams are distributed over connections.
    struct Layout: CustomTestStringConvertible, Sendable {
        let http: HTTPVersion
        let encrypts: Bool
        var testDescription: String { "http \(http.rawValue)" + (encrypts ? " with TLS" : "") }

        static let all = [HTTPVersion.two, .twoShared].flatMap { http in
            [false, true].map { Layout(http: http, encrypts: $0) }
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
        arguments: Layout.all)
    func completeDelivery(layout: Layout) async throws {
        let experiment = try await Experiment.start(layout.subject, items: 100, threads: 2)
        let record = try await LoadWorker.run(layout.plan(experiment, clients: 20)) { experiment.last }
        let status = try await experiment.probe.status(whenEnded: layout.connections(20))
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
        #expect(record.exchanges.connects == UInt64(layout.connections(20)))
        #expect(record.kernel.connections == layout.connections(20))
        #expect(EndsAgreement(client: record.kernel, server: server).complaints == [])
        #expect(status.unreadKernelCounters == 0)
        #expect((record.ledger[.tls] > 0) == layout.encrypts)
        // 9 bytes per DATA frame: each client gets at least one with items, a Close and an END_STREAM.
        let frames = record.ledger[.framing, .down]
        #expect(frames >= 9 * 3 * 20, "\(frames) B")
        #expect(record.ledger[.webSocketFrameHeader, .down] == 4 * 2_000)
    }

    @Test("the second client's CONNECT is smaller on a shared connection, because HPACK has its fields in the table")
    func sharedFields() async throws {
        var bytes: [HTTPVersion: Int64] = [:]
        for layout in Layout.plain {
            let experiment = try await Experiment.start(layout.subject, items: 5)
            let record = try await LoadWorker.run(layout.plan(experiment, clients: 10)) { experiment.last }
            await experiment.server.stop()
            expectConservation(record)
            bytes[layout.http] = record.ledger[.handshake, .up]
        }
        let (alone, shared) = (try #require(bytes[.two]), try #require(bytes[.twoShared]))
        // Only indices of the fields are sent, after 9 bytes of frame header.
        #expect(shared < alone / 10 + 9 * 30, "\(shared) B for ten on one connection, \(alone) B on ten")
    }

    @Test("a client with a cursor gets exactly the items after it", arguments: Layout.plain, [120, 200] as [UInt64])
    func resumes(layout: Layout, cursor: UInt64) async throws {
        let experiment = try await Experiment.start(
            layout.subject, items: 200, period: .microseconds(500), delay: .zero)
        try await experiment.awaitEndOfFeed()
        let record = try await LoadWorker.run(layout.plan(experiment, clients: 5, cursor: cursor)) { experiment.last }
        await experiment.server.stop()
        let rest = 5 * (experiment.last - cursor)
        #expect(record.faults == [])
        #expect(record.deliveries == DeliveryTotals(clients: 5, expected: rest, delivered: rest, unique: rest))
        expectConservation(record)
    }

    @Test("lost items are announced, and the client continues with the oldest item kept", arguments: Layout.plain)
    func gap(layout: Layout) async throws {
        let experiment = try await Experiment.start(
            layout.subject, items: 200, period: .microseconds(500), history: 50, delay: .zero)
        try await experiment.awaitEndOfFeed()
        let record = try await LoadWorker.run(layout.plan(experiment, clients: 5)) { experiment.last }
        await experiment.server.stop()
        #expect(record.faults == [])
        #expect(record.deliveries == DeliveryTotals(clients: 5, expected: 1_000, delivered: 250, unique: 250))
        #expect(record.announcedGaps == 5)
        // A shared connection outlives its streams.
        #expect(record.exchanges.connects == (layout.http == .twoShared ? 1 : 10))
        expectConservation(record)
    }

    @Test(
        "after resets a client misses no item and gets none twice, and every byte read is counted",
        arguments: zip(Layout.all + Layout.plain, 1...6 as ClosedRange<UInt64>))
    func resets(layout: Layout, seed: UInt64) async throws {
        let experiment = try await Experiment.start(layout.subject, items: 120)
        let relay = try experiment.link(.breaking(after: .milliseconds(150)), seed: seed)
        var plan = layout.plan(experiment, clients: 5)
        plan.target.port = relay.port
        let record = try await LoadWorker.run(plan) { experiment.last }
        let report = await relay.stop()
        await experiment.server.stop()
        #expect(report.resets >= 1, "\(record.faults) \(record.exchanges)")
        #expect(record.deliveries == DeliveryTotals(clients: 5, expected: 600, delivered: 600, unique: 600))
        #expect(record.exchanges.connects > UInt64(layout.connections(5)))
        expectConservation(record)
    }

    @Test(
        "subprotocol and compression are negotiated as over HTTP/1.1",
        arguments: zip(Layout.plain, [WebSocketOptions.Compression.contextTakeover, .noContextTakeover]))
    func negotiation(layout: Layout, deflate: WebSocketOptions.Compression) async throws {
        let experiment = try await Experiment.start(layout.subject, items: 50)
        var plan = layout.plan(experiment, clients: 5)
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

    @Test("items of 1 MiB, the size of a stream's window, arrive complete", arguments: Layout.all)
    func largeItems(layout: Layout) async throws {
        let experiment = try await Experiment.start(
            layout.subject, items: 3, period: .milliseconds(50), payloadBytes: 1 << 20)
        let record = try await LoadWorker.run(layout.plan(experiment, clients: 2)) { experiment.last }
        await experiment.server.stop()
        #expect(record.faults == [])
        #expect(record.deliveries == DeliveryTotals(clients: 2, expected: 6, delivered: 6, unique: 6))
        #expect(record.ledger.payloadBytes == 6 << 20)
        // WINDOW_UPDATE, 13 bytes each.
        #expect(record.ledger[.framing, .up] >= 13 * 4)
        expectConservation(record)
    }

    @Test("clients that send get every echo, and all bytes of both directions are accounted for", arguments: Layout.all)
    func echo(layout: Layout) async throws {
        let experiment = try await Experiment.start(layout.subject, items: 1)
        var plan = layout.plan(experiment, clients: 5)
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

    @Test("a server that stops within the run causes errors, and the worker ends", arguments: Layout.plain)
    func serverStops(layout: Layout) async throws {
        let experiment = try await Experiment.start(layout.subject, items: 1_000, delay: .milliseconds(100))
        var plan = layout.plan(experiment, clients: 10)
        plan.times.windowEnd = plan.times.windowStart + .milliseconds(400)
        plan.times.patience = .milliseconds(200)
        // Without an epoch the expected items depend on sequences only, not on when the server stops.
        plan.epoch = nil
        let stopped = Task { try await experiment.stopWhileDelivering() }
        let before = MonotonicClock.now()
        let record = try await LoadWorker.run(plan) {
            try await stopped.value
            return experiment.last
        }
        #expect(record.faults.contains { $0.hasPrefix("the server closed the connection with code 1001") })
        #expect(record.deliveries.unique > 0)
        #expect(record.deliveries.duplicates == 0)
        expectConservation(record)
        #expect(
            MonotonicClock.now() - before < .seconds(5), "the streams end before the server's time limit")
    }
}

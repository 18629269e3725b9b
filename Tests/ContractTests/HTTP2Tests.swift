import FeedServer
import Host
import LinkRelay
import LoadGenerator
import Measurement
import Testing
import Transports
import WireAccounting

@Suite("Contract of every HTTP transport over HTTP/2", .serialized, .timeLimit(.minutes(2)))
struct HTTP2Tests {
    struct Subject: CustomTestStringConvertible, Sendable {
        let base: Experiment.Subject
        let version: HTTPVersion
        var isShared: Bool { version == .twoShared }
        var testDescription: String { "\(base.testDescription) over HTTP \(version.rawValue)" }

        static let all = Experiment.Subject.all.filter { $0.transport.client.isMadeOfExchanges }.flatMap { base in
            [HTTPVersion.two, .twoShared].map { Subject(base: base, version: $0) }
        }
    }

    @Test(
        "every client gets every item once, in order; ledger, frames and both kernels count the same bytes",
        arguments: Subject.all)
    func completeDelivery(subject: Subject) async throws {
        let experiment = try await Experiment.start(subject.base, items: 40, period: .milliseconds(10), threads: 2)
        let (record, server) = try await run(subject, experiment, clients: 20)
        await experiment.server.stop()
        #expect(record.faults == [])
        #expect(record.errors == 0)
        #expect(record.deliveries == DeliveryTotals(clients: 20, expected: 800, delivered: 800, unique: 800))
        #expect(record.ledger.payloadBytes == 800 * Int64(experiment.payloadBytes))
        #expect(record.latency.count == 800)
        #expect(record.latency.negativeCount == 0)
        #expect(record.exchanges.connects == (subject.isShared ? 1 : 20))
        expectConservation(record)
        #expect(EndsAgreement(client: record.kernel, server: server).complaints == [])
        expectLayers(subject, record)
    }

    private func expectLayers(_ subject: Subject, _ record: LoadRecord) {
        let ledger = record.ledger
        // Per connection: the preface, and from each side a SETTINGS frame and its acknowledgement.
        let connections = Int64(subject.isShared ? 1 : 20)
        #expect(ledger[.handshake, .up] >= connections * (24 + 9 + 9))
        #expect(ledger[.handshake, .down] >= connections * (9 + 9))
        // HPACK: a request like the previous one has about 20 bytes of headers, not more than 100.
        let perRequest = Double(ledger[.httpHead, .up]) / Double(record.exchanges.requests)
        #expect(perRequest > 9 && perRequest < 130, "\(perRequest) B")
        #expect(ledger[.framing, .down] >= 9 * Int64(record.exchanges.fullResponses))
        let ongoing = ledger[.tls] - ledger.tlsSetupBytes
        #expect(ongoing % 22 == 0 && (subject.base.encrypts ? ongoing > 0 : ongoing == 0), "\(ongoing) B")
    }

    @Test("a client with a cursor gets exactly the items after it", arguments: Subject.all)
    func resumes(subject: Subject) async throws {
        let experiment = try await Experiment.start(subject.base, items: 200, period: .microseconds(500), delay: .zero)
        try await experiment.awaitEndOfFeed()
        let (record, _) = try await run(subject, experiment, clients: 5, cursor: 120)
        await experiment.server.stop()
        #expect(record.faults == [])
        #expect(record.deliveries == DeliveryTotals(clients: 5, expected: 400, delivered: 400, unique: 400))
        expectConservation(record)
    }

    @Test(
        "items of 1 MiB arrive complete, through smaller windows",
        // TLS is below the windows, so one case per transport is enough.
        arguments: Subject.all.filter { !$0.base.encrypts || $0.isShared })
    func largeItems(subject: Subject) async throws {
        let experiment = try await Experiment.start(
            subject.base, items: 2, period: .milliseconds(50), payloadBytes: 1 << 20)
        let (record, _) = try await run(subject, experiment, clients: 2)
        await experiment.server.stop()
        #expect(record.faults == [])
        #expect(record.deliveries == DeliveryTotals(clients: 2, expected: 4, delivered: 4, unique: 4))
        #expect(record.ledger.payloadBytes == 4 << 20)
        expectConservation(record)
    }

    @Test("lost items are announced, and the client continues with the oldest item kept", arguments: Subject.all)
    func gap(subject: Subject) async throws {
        let experiment = try await Experiment.start(
            subject.base, items: 200, period: .microseconds(500), history: 50, delay: .zero)
        try await experiment.awaitEndOfFeed()
        let (record, _) = try await run(subject, experiment, clients: 5)
        await experiment.server.stop()
        #expect(record.deliveries == DeliveryTotals(clients: 5, expected: 1_000, delivered: 250, unique: 250))
        #expect(record.announcedGaps == 5)
        expectConservation(record)
    }

    @Test("after a reset a client misses no item and gets none twice", arguments: Subject.all)
    func resets(subject: Subject) async throws {
        let experiment = try await Experiment.start(subject.base, items: 60, retry: .milliseconds(50))
        let relay = try experiment.link(.breaking(after: .milliseconds(100)), seed: 5)
        var plan = plan(subject, experiment, clients: 5)
        plan.target.port = relay.port
        let record = try await LoadWorker.run(plan) { experiment.last }
        let report = await relay.stop()
        await experiment.server.stop()
        #expect(report.resets >= 1)
        #expect(record.deliveries == DeliveryTotals(clients: 5, expected: 300, delivered: 300, unique: 300))
        #expect(record.errors > 0)
        // A connection opened by a request that libcurl took for one of HTTP/1.1, or a second one that is open at once,
        // would be more: such a run once came to a standstill.
        if subject.isShared { #expect(record.exchanges.connects <= report.resets + 1) }
    }

    @Test(
        "a server that stops within the run causes errors, and the worker ends", arguments: Subject.all)
    func serverStops(subject: Subject) async throws {
        let experiment = try await Experiment.start(subject.base, items: 1_000, delay: .milliseconds(100))
        var plan = plan(subject, experiment, clients: 10)
        plan.times.windowEnd = plan.times.windowStart + .milliseconds(400)
        plan.times.patience = .milliseconds(200)
        // Without an epoch the expected items depend on sequences only, not on when the server stops.
        plan.epoch = nil
        let stopped = Task { try await experiment.stopWhileDelivering() }
        let record = try await LoadWorker.run(plan) {
            try await stopped.value
            return experiment.last
        }
        #expect(record.errors > 0)
        #expect(record.deliveries.unique > 0)
        #expect(record.deliveries.missed > 0)
        #expect(record.deliveries.duplicates == 0)
    }

    @Test("each poll on a new connection uses HTTP/2", arguments: ["short-poll", "long-poll"])
    func newConnections(name: String) async throws {
        let subject = try #require(
            Subject.all.first { $0.base.transport.name == name && !$0.isShared && !$0.base.encrypts })
        let experiment = try await Experiment.start(subject.base, items: 30, period: .milliseconds(10))
        var plan = plan(subject, experiment, clients: 5)
        plan.options[PollConnection.key] = .new
        let record = try await LoadWorker.run(plan) { experiment.last }
        await experiment.server.stop()
        #expect(record.faults == [])
        #expect(record.deliveries == DeliveryTotals(clients: 5, expected: 150, delivered: 150, unique: 150))
        #expect(record.exchanges.connects >= record.exchanges.requests)
    }

    private func plan(_ subject: Subject, _ experiment: Experiment, clients: Int, cursor: UInt64 = 0) -> LoadPlan {
        var plan = experiment.plan(subject.base, clients: clients, cursor: cursor)
        plan.options[HTTPVersion.key] = subject.version
        return plan
    }

    /// The clients' results, including the server's count of frame bytes, and the count of the server's kernel.
    private func run(
        _ subject: Subject, _ experiment: Experiment, clients: Int, cursor: UInt64 = 0
    ) async throws -> (LoadRecord, KernelCount) {
        var record = try await LoadWorker.run(plan(subject, experiment, clients: clients, cursor: cursor)) {
            experiment.last
        }
        #expect(record.lacksHTTP2Bytes)
        let status = try await experiment.probe.status(whenEnded: record.kernel.connections)
        record.ledger.book(try #require(status.feedHTTP2))
        return (record, try #require(status.feedKernel))
    }
}

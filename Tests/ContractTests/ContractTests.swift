import FeedServer
import Host
import LoadGenerator
import Measurement
import Testing
import Transports
import WireAccounting

@Suite("What every transport promises", .serialized, .timeLimit(.minutes(2)))
struct ContractTests {
    @Test(
        "every client gets every item once, in order, and every byte is accounted for",
        arguments: Experiment.Subject.all, [1, 2])
    func completeDelivery(subject: Experiment.Subject, threads: Int) async throws {
        let experiment = try await Experiment.start(subject, items: 200, threads: threads)
        let record = try await LoadWorker.run(experiment.plan(subject, clients: 20)) { experiment.last }
        await experiment.server.stop()
        #expect(record.faults == [])
        #expect(record.errors == 0)
        #expect(record.deliveries == DeliveryTotals(clients: 20, expected: 4_000, delivered: 4_000, unique: 4_000))
        #expect(record.ledger.payloadBytes == 4_000 * Int64(experiment.payloadBytes))
        expectConservation(record)
        #expect(record.latency.count == 4_000)
        #expect(record.latency.negativeCount == 0)
        #expect(record.exchanges.connects >= 20)
        #expect((record.ledger[.tls] > 0) == subject.encrypts)
        // TLS 1.3 adds 22 bytes to a record, and no item comes without one.
        let ongoing = record.ledger[.tls] - record.ledger.tlsSetupBytes
        #expect(ongoing % 22 == 0 && (subject.encrypts ? ongoing > 0 : ongoing == 0), "\(ongoing) B")
        #expect((record.ledger.tlsSetupBytes > 20 * 1_000) == subject.encrypts)
        #expect(record.kernel.connections == Int64(record.exchanges.connects))
        #expect(record.timeline.reduce(0) { $0 + $1.delivered } <= 4_000)
        #expect(record.timeline.contains { $0.delivered > 0 })
    }

    @Test(
        "the kernel counted the same at both ends, questions about the server left out",
        arguments: Experiment.Subject.all)
    func bothEnds(subject: Experiment.Subject) async throws {
        let experiment = try await Experiment.start(subject, items: 100, threads: 2)
        let record = try await LoadWorker.run(experiment.plan(subject, clients: 20)) { experiment.last }
        let probe = experiment.probe
        let deadline = MonotonicClock.now() + .seconds(5)
        var status = try probe.status()
        while status.feedKernel?.connections != record.kernel.connections, MonotonicClock.now() < deadline {
            try await Task.sleep(for: .milliseconds(5))
            status = try probe.status()
        }
        await experiment.server.stop()
        let server = try #require(status.feedKernel)
        #expect(server.connections == record.kernel.connections)
        #expect(EndsAgreement(client: record.kernel, server: server).complaints == [])
        #expect(status.unreadKernelCounters == 0)
    }

    @Test(
        "a client with a cursor gets exactly the rest", arguments: Experiment.Subject.all,
        [0, 1, 120, 199, 200] as [UInt64])
    func resumes(subject: Experiment.Subject, cursor: UInt64) async throws {
        let experiment = try await Experiment.start(subject, items: 200, period: .microseconds(500), delay: .zero)
        try await experiment.awaitEndOfFeed()
        let record = try await LoadWorker.run(experiment.plan(subject, clients: 5, cursor: cursor)) { experiment.last }
        await experiment.server.stop()
        let rest = 5 * (experiment.last - cursor)
        #expect(record.faults == [])
        #expect(record.deliveries == DeliveryTotals(clients: 5, expected: rest, delivered: rest, unique: rest))
        #expect(record.ledger.payloadBytes == Int64(rest) * Int64(experiment.payloadBytes))
        expectConservation(record)
    }

    @Test("what is lost is announced: the client goes on with the oldest item kept", arguments: Experiment.Subject.all)
    func gap(subject: Experiment.Subject) async throws {
        let experiment = try await Experiment.start(
            subject, items: 200, period: .microseconds(500), history: 50, delay: .zero)
        try await experiment.awaitEndOfFeed()
        let before = MonotonicClock.now()
        let record = try await LoadWorker.run(experiment.plan(subject, clients: 5)) { experiment.last }
        let taken = MonotonicClock.now() - before
        await experiment.server.stop()
        #expect(record.deliveries == DeliveryTotals(clients: 5, expected: 1_000, delivered: 250, unique: 250))
        #expect(record.deliveries.missed == 750)
        #expect(record.announcedGaps == 5)
        #expect(taken < .seconds(10), "in silence the worker would have waited its whole patience of 20 s")
        expectConservation(record)
    }

    @Test("items of 1 MiB arrive whole", arguments: Experiment.Subject.all)
    func largeItems(subject: Experiment.Subject) async throws {
        let experiment = try await Experiment.start(subject, items: 6, period: .milliseconds(50), payloadBytes: 1 << 20)
        let record = try await LoadWorker.run(experiment.plan(subject, clients: 3)) { experiment.last }
        await experiment.server.stop()
        #expect(record.faults == [])
        #expect(record.deliveries == DeliveryTotals(clients: 3, expected: 18, delivered: 18, unique: 18))
        #expect(record.ledger.payloadBytes == 18 << 20)
        expectConservation(record)
    }

    @Test(
        "where the server does not tell the last sequence, it is the last that any client has",
        arguments: Experiment.Subject.all)
    func untoldLastSequence(subject: Experiment.Subject) async throws {
        let experiment = try await Experiment.start(subject, items: 100, period: .milliseconds(1))
        try await experiment.awaitEndOfFeed()
        let record = try await LoadWorker.run(experiment.plan(subject, clients: 4)) { nil }
        await experiment.server.stop()
        #expect(record.lastSequence == 100)
        #expect(record.deliveries == DeliveryTotals(clients: 4, expected: 400, delivered: 400, unique: 400))
    }

    @Test("items of 20 B, the smallest, arrive whole", arguments: Experiment.Subject.all)
    func smallestItems(subject: Experiment.Subject) async throws {
        let experiment = try await Experiment.start(subject, items: 100, period: .milliseconds(1), payloadBytes: 20)
        let record = try await LoadWorker.run(experiment.plan(subject, clients: 3)) { experiment.last }
        await experiment.server.stop()
        #expect(record.deliveries == DeliveryTotals(clients: 3, expected: 300, delivered: 300, unique: 300))
        #expect(record.ledger.payloadBytes == 300 * 20)
        expectConservation(record)
    }

    @Test(
        "a server that stops within the run is told as errors, and the worker comes to its end",
        arguments: Experiment.Subject.all)
    func serverStops(subject: Experiment.Subject) async throws {
        let experiment = try await Experiment.start(subject, items: 1_000, delay: .milliseconds(100))
        var plan = experiment.plan(subject, clients: 10)
        plan.windowEnd = plan.windowStart + .milliseconds(800)
        plan.patience = .milliseconds(500)
        let before = MonotonicClock.now()
        async let stopped: Void = {
            try? await Task.sleep(for: .milliseconds(500))
            await experiment.server.stop()
        }()
        let record = try await LoadWorker.run(plan) { experiment.last }
        let taken = MonotonicClock.now() - before
        await stopped
        #expect(record.errors > 0)
        #expect(!record.faults.isEmpty)
        #expect(record.faults.allSatisfy { $0.contains(" ") && !$0.contains("\n") })
        #expect(record.deliveries.unique > 0)
        #expect(record.deliveries.missed > 0)
        #expect(record.deliveries.duplicates == 0)
        #expect(record.deliveries.expected == 10_000)
        #expect(taken < .seconds(15))
    }

    @Test(
        "a server that was never there is told as errors, and the worker comes to its end",
        arguments: Experiment.Subject.all)
    func noServer(subject: Experiment.Subject) async throws {
        let experiment = try await Experiment.start(subject, items: 10, delay: .milliseconds(100))
        var plan = experiment.plan(subject, clients: 3)
        await experiment.server.stop()
        plan.windowEnd = plan.windowStart + .milliseconds(300)
        plan.patience = .milliseconds(100)
        let record = try await LoadWorker.run(plan) { 10 }
        #expect(record.errors > 0)
        #expect(!record.faults.isEmpty)
        #expect(record.deliveries == DeliveryTotals(clients: 3, expected: 30))
    }
}

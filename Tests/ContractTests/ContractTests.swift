import FeedServer
import Host
import LoadGenerator
import Measurement
import Testing
import Transports
import WireAccounting

@Suite("Contract of every transport", .serialized, .timeLimit(.minutes(2)))
struct ContractTests {
    @Test(
        "every client gets every item once, in order; every byte is accounted for, and both ends count the same bytes",
        arguments: Experiment.Subject.all)
    func completeDelivery(subject: Experiment.Subject) async throws {
        // TLS and the number of threads are independent, so not all combinations are tested.
        let experiment = try await Experiment.start(subject, items: 100, threads: subject.encrypts ? 1 : 2)
        let record = try await LoadWorker.run(experiment.plan(subject, clients: 20)) { experiment.last }
        let server = try await experiment.serverKernel(connections: record.kernel.connections)
        let unread = try experiment.probe.status().unreadKernelCounters
        await experiment.server.stop()
        #expect(record.faults == [])
        #expect(record.errors == 0)
        #expect(record.deliveries == DeliveryTotals(clients: 20, expected: 2_000, delivered: 2_000, unique: 2_000))
        #expect(record.ledger.payloadBytes == 2_000 * Int64(experiment.payloadBytes))
        expectConservation(record)
        #expect(record.latency.count == 2_000)
        #expect(record.latency.negativeCount == 0)
        #expect(record.exchanges.connects >= 20)
        expectEncryption(record, subject)
        #expect(record.timeline.reduce(0) { $0 + $1.delivered } <= 2_000)
        #expect(record.timeline.contains { $0.delivered > 0 })
        #expect(record.kernel.connections == Int64(record.exchanges.connects))
        // The server does not count the probe's connections.
        #expect(server.connections == record.kernel.connections)
        #expect(EndsAgreement(client: record.kernel, server: server).complaints == [])
        #expect(unread == 0)
    }

    private func expectEncryption(_ record: LoadRecord, _ subject: Experiment.Subject) {
        #expect((record.ledger[.tls] > 0) == subject.encrypts)
        // TLS 1.3 adds 22 bytes per record, and items are sent in records.
        let ongoing = record.ledger[.tls] - record.ledger.tlsSetupBytes
        #expect(ongoing % 22 == 0 && (subject.encrypts ? ongoing > 0 : ongoing == 0), "\(ongoing) B")
        #expect((record.ledger.tlsSetupBytes > 20 * 1_000) == subject.encrypts)
    }

    @Test("a client with a cursor gets exactly the items after it", arguments: Experiment.Subject.all)
    func resumes(subject: Experiment.Subject) async throws {
        let experiment = try await Experiment.start(subject, items: 200, period: .microseconds(500), delay: .zero)
        try await experiment.awaitEndOfFeed()
        for cursor in [0, 1, 120, 199, 200] as [UInt64] {
            let plan = experiment.plan(subject, clients: 5, cursor: cursor)
            let record = try await LoadWorker.run(plan) { experiment.last }
            let rest = 5 * (experiment.last - cursor)
            #expect(record.faults == [], "after \(cursor)")
            #expect(record.deliveries == DeliveryTotals(clients: 5, expected: rest, delivered: rest, unique: rest))
            #expect(record.ledger.payloadBytes == Int64(rest) * Int64(experiment.payloadBytes), "after \(cursor)")
            expectConservation(record)
        }
        await experiment.server.stop()
    }

    @Test(
        "lost items are announced, and the client continues with the oldest item kept",
        arguments: Experiment.Subject.all)
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
        #expect(taken < .seconds(10), "without the announcement the worker would wait for its patience of 20 s")
        expectConservation(record)
    }

    @Test("items of 1 MiB arrive complete", arguments: Experiment.Subject.all)
    func largeItems(subject: Experiment.Subject) async throws {
        let experiment = try await Experiment.start(subject, items: 3, period: .milliseconds(50), payloadBytes: 1 << 20)
        let record = try await LoadWorker.run(experiment.plan(subject, clients: 2)) { experiment.last }
        await experiment.server.stop()
        #expect(record.faults == [])
        #expect(record.deliveries == DeliveryTotals(clients: 2, expected: 6, delivered: 6, unique: 6))
        #expect(record.ledger.payloadBytes == 6 << 20)
        expectConservation(record)
    }

    @Test(
        "if the server does not report the last sequence, the highest received one is used",
        arguments: Experiment.Subject.all)
    func unknownLastSequence(subject: Experiment.Subject) async throws {
        let experiment = try await Experiment.start(subject, items: 100, period: .milliseconds(1), delay: .zero)
        try await experiment.awaitEndOfFeed()
        var plan = experiment.plan(subject, clients: 4)
        // At least one client must have the last item when the window ends.
        plan.times.windowEnd = MonotonicClock.now() + .milliseconds(200)
        let record = try await LoadWorker.run(plan) { nil }
        await experiment.server.stop()
        #expect(record.lastSequence == 100)
        #expect(record.deliveries == DeliveryTotals(clients: 4, expected: 400, delivered: 400, unique: 400))
    }

    @Test("items of 20 B, the smallest size, arrive complete", arguments: Experiment.Subject.all)
    func smallestItems(subject: Experiment.Subject) async throws {
        let experiment = try await Experiment.start(subject, items: 100, period: .milliseconds(1), payloadBytes: 20)
        let record = try await LoadWorker.run(experiment.plan(subject, clients: 3)) { experiment.last }
        await experiment.server.stop()
        #expect(record.deliveries == DeliveryTotals(clients: 3, expected: 300, delivered: 300, unique: 300))
        #expect(record.ledger.payloadBytes == 300 * 20)
        expectConservation(record)
    }

    @Test(
        "a server that stops within the run causes errors, and the worker ends",
        arguments: Experiment.Subject.all)
    func serverStops(subject: Experiment.Subject) async throws {
        let experiment = try await Experiment.start(subject, items: 1_000, delay: .milliseconds(100))
        var plan = experiment.plan(subject, clients: 10)
        plan.times.windowEnd = plan.times.windowStart + .milliseconds(400)
        plan.times.patience = .milliseconds(200)
        // Without an epoch the expected items depend on sequences only, not on when the server stops.
        plan.epoch = nil
        let before = MonotonicClock.now()
        let stopped = Task { try await experiment.stopWhileDelivering() }
        let record = try await LoadWorker.run(plan) {
            try await stopped.value
            return experiment.last
        }
        let taken = MonotonicClock.now() - before
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
        "a server that does not run causes errors, and the worker ends",
        arguments: Experiment.Subject.all)
    func noServer(subject: Experiment.Subject) async throws {
        let experiment = try await Experiment.start(subject, items: 10, delay: .milliseconds(100))
        var plan = experiment.plan(subject, clients: 3)
        await experiment.server.stop()
        plan.times.windowEnd = plan.times.windowStart + .milliseconds(150)
        plan.times.patience = .milliseconds(100)
        let record = try await LoadWorker.run(plan) { 10 }
        #expect(record.errors > 0)
        #expect(!record.faults.isEmpty)
        #expect(record.deliveries == DeliveryTotals(clients: 3, expected: 30))
    }
}

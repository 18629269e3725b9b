import Feed
import FeedServer
import LoadGenerator
import Measurement
import Testing
import Transports
import WireAccounting

@Suite("Clients that leave, restarts and slow clients, end to end", .serialized, .timeLimit(.minutes(2)))
struct StrainTests {
    // With TLS, one of each kind of driver is enough.
    private static let subjects = Experiment.Subject.all.filter {
        !$0.encrypts || ["websocket", "sse", "short-poll"].contains($0.transport.name)
    }

    @Test("clients that leave and come back get every item once, and every byte is counted", arguments: subjects)
    func churn(subject: Experiment.Subject) async throws {
        let experiment = try await Experiment.start(subject, items: 100, period: .milliseconds(10))
        var plan = plan(experiment, subject)
        plan.churn = ChurnPlan(mean: .milliseconds(300), distribution: .uniform, away: .milliseconds(20))
        let record = try await LoadWorker.run(plan) { experiment.last }
        let server = try await experiment.serverKernel(connections: record.kernel.connections)
        await experiment.server.stop()
        expectComplete(record)
        #expect(EndsAgreement(client: record.kernel, server: server).complaints == [])
        #expect(record.exchanges.connects > 15)
        #expect(record.recovery.count > 5)
    }

    @Test("after a restart every client is back and gets every item, and every byte is counted", arguments: subjects)
    func restart(subject: Experiment.Subject) async throws {
        let restart = RestartPlan(after: .milliseconds(300), down: .milliseconds(200), keepsHistory: true)
        let experiment = try await Experiment.start(subject, items: 100, period: .milliseconds(10)) {
            $0.restart = restart
        }
        let record = try await run(experiment, subject, restart)
        expectComplete(record)
        #expect(record.exchanges.connects >= 20)
        #expect(record.recovery.count == 10)
        #expect(record.recovery.min ?? 0 >= 200_000)
    }

    @Test(
        "if the history is lost, clients are told which items they miss",
        arguments: subjects.filter { !$0.encrypts })
    func lostHistory(subject: Experiment.Subject) async throws {
        let restart = RestartPlan(after: .milliseconds(300), down: .milliseconds(200), keepsHistory: false)
        let experiment = try await Experiment.start(subject, items: 100, period: .milliseconds(10)) {
            $0.restart = restart
        }
        let record = try await run(experiment, subject, restart)
        #expect(record.faults == [])
        expectConservation(record)
        #expect(record.announcedGaps >= 10)
        #expect(record.announcedLosses == record.deliveries.missed)
        // The items of 200 ms, and perhaps those of a client's wait.
        #expect((150...600).contains(record.deliveries.missed))
    }

    @Test(
        "slow clients change nothing for the others, and every byte is counted",
        arguments: subjects.filter { !$0.encrypts })
    func slow(subject: Experiment.Subject) async throws {
        // 400 kB within a second; a slow client reads a twentieth of it, and the server keeps a half.
        let experiment = try await Experiment.start(
            subject, items: 100, period: .milliseconds(10), payloadBytes: 4_000, history: 50)
        var plan = plan(experiment, subject)
        plan.slow = SlowPlan(clients: 3, readBytesPerSecond: 20_000)
        let record = try await LoadWorker.run(plan) { experiment.last }
        let slow = try #require(record.slow)
        let server = try await experiment.serverKernel(connections: record.kernel.connections + slow.kernel.connections)
        await experiment.server.stop()
        #expect(record.faults == [])
        expectConservation(record)
        #expect(record.deliveries == DeliveryTotals(clients: 10, expected: 1_000, delivered: 1_000, unique: 1_000))
        #expect(Conservation(of: slow.ledger, against: slow.kernel).complaints == [])
        var both = record.kernel
        both.merge(slow.kernel)
        #expect(EndsAgreement(client: both, server: server).complaints == [])
        #expect(slow.deliveries.missed > 100)
        #expect(slow.deliveries.unique > 0)
    }

    private func run(
        _ experiment: Experiment, _ subject: Experiment.Subject, _ restart: RestartPlan
    ) async throws -> LoadRecord {
        var plan = plan(experiment, subject)
        let begins = experiment.server.epoch + restart.after
        plan.outage = OutagePlan(begins: begins, ends: begins + restart.down)
        plan.reconnect = ReconnectPolicy(wait: .milliseconds(40), backsOff: false, hasJitter: false)
        let record = try await LoadWorker.run(plan) { experiment.last }
        let server = try await experiment.serverKernel(connections: record.kernel.connections)
        await experiment.server.stop()
        #expect(EndsAgreement(client: record.kernel, server: server).complaints == [])
        return record
    }

    private func plan(_ experiment: Experiment, _ subject: Experiment.Subject) -> LoadPlan {
        experiment.plan(subject, clients: 10)
    }

    private func expectComplete(_ record: LoadRecord) {
        #expect(record.faults == [])
        #expect(record.errors == 0)
        #expect(record.deliveries == DeliveryTotals(clients: 10, expected: 1_000, delivered: 1_000, unique: 1_000))
        expectConservation(record)
    }
}

import FeedServer
import LoadGenerator
import Measurement
import Testing
import Transports
import WireAccounting

@Suite("Clients that leave and slow clients over HTTP/2, end to end", .serialized, .timeLimit(.minutes(2)))
struct StrainOverHTTP2Tests {
    struct Subject: CustomTestStringConvertible, Sendable {
        let base: Experiment.Subject
        let version: HTTPVersion
        var testDescription: String { "\(base.testDescription) over HTTP \(version.rawValue)" }

        static let all = Experiment.Subject.all.filter { $0.transport.name == WebSocketPush.name }.flatMap { base in
            [HTTPVersion.two, .twoShared].map { Subject(base: base, version: $0) }
        }
    }

    @Test(
        "clients that leave and come back get every item once, and every byte is counted", arguments: Subject.all)
    func churn(subject: Subject) async throws {
        let experiment = try await Experiment.start(subject.base, items: 100, period: .milliseconds(10))
        var plan = plan(subject, experiment)
        plan.churn = ChurnPlan(mean: .milliseconds(300), distribution: .uniform, away: .milliseconds(20))
        let record = try await run(plan, experiment)
        expectComplete(record)
        #expect(record.recovery.count > 0)
    }

    @Test("slow WebSockets change nothing for the others, and every byte is counted", arguments: [false, true])
    func slow(encrypts: Bool) async throws {
        let base = Experiment.Subject(transport: WebSocketPush.self, encrypts: encrypts)
        let experiment = try await Experiment.start(
            base, items: 100, period: .milliseconds(10), payloadBytes: 4_000, history: 50,
            // Time for all clients to connect before the history has lost an item.
            delay: .milliseconds(400))
        var plan = plan(Subject(base: base, version: .two), experiment)
        plan.slow = SlowPlan(clients: 3, readBytesPerSecond: 20_000)
        let record = try await LoadWorker.run(plan) { experiment.last }
        let slow = try #require(record.slow)
        let server = try await experiment.serverKernel(connections: record.kernel.connections + slow.kernel.connections)
        await experiment.server.stop()
        expectComplete(record)
        #expect(Conservation(of: slow.ledger, against: slow.kernel).complaints == [])
        var both = record.kernel
        both.merge(slow.kernel)
        #expect(EndsAgreement(client: both, server: server).complaints == [])
        #expect(slow.deliveries.missed > 100)
    }

    private func plan(_ subject: Subject, _ experiment: Experiment) -> LoadPlan {
        var plan = experiment.plan(subject.base, clients: 10)
        plan.options[HTTPVersion.key] = subject.version
        return plan
    }

    /// The clients' results; the kernels of both ends must agree.
    private func run(_ plan: LoadPlan, _ experiment: Experiment) async throws -> LoadRecord {
        let record = try await LoadWorker.run(plan) { experiment.last }
        let server = try await experiment.serverKernel(connections: record.kernel.connections)
        await experiment.server.stop()
        #expect(EndsAgreement(client: record.kernel, server: server).complaints == [])
        return record
    }

    private func expectComplete(_ record: LoadRecord) {
        #expect(record.faults == [])
        #expect(record.errors == 0)
        #expect(record.deliveries == DeliveryTotals(clients: 10, expected: 1_000, delivered: 1_000, unique: 1_000))
        expectConservation(record)
    }
}

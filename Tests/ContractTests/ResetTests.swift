import FeedServer
import Host
import LoadGenerator
import Measurement
import Testing
import Transports
import WireAccounting

@Suite("Connections that are reset during a transfer", .serialized, .timeLimit(.minutes(2)))
struct ResetTests {
    /// Several seeds, because the result may depend on the position of a reset. With TLS neither end sees partial
    /// records, so one seed is enough.
    static let trials = Experiment.Subject.all.flatMap { subject in
        (subject.encrypts ? [1] : [1, 2, 3] as [UInt64]).map { (subject, $0) }
    }

    @Test(
        "after a reconnect a client misses no item and gets none twice, and every byte read is counted",
        arguments: trials)
    func resumption(subject: Experiment.Subject, seed: UInt64) async throws {
        let experiment = try await Experiment.start(subject, items: 100, retry: .milliseconds(50))
        let relay = try ResettingRelay(to: experiment.server.port, seed: seed, maximumResets: 20)
        var plan = experiment.plan(subject, clients: 5)
        plan.target.port = relay.port
        let record = try await LoadWorker.run(plan) { experiment.last }
        relay.stop()
        await experiment.server.stop()
        #expect(relay.resets == 20)
        #expect(record.deliveries == DeliveryTotals(clients: 5, expected: 500, delivered: 500, unique: 500))
        #expect(record.ledger.payloadBytes >= 500 * Int64(experiment.payloadBytes))
        #expect(record.exchanges.connects > 5)
        expectConservation(record)
    }
}

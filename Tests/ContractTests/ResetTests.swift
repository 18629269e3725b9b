import FeedServer
import Host
import LoadGenerator
import Measurement
import Testing
import Transports
import WireAccounting

@Suite("Connections that are reset in the middle", .serialized, .timeLimit(.minutes(2)))
struct ResetTests {
    /// Where the cuts fall matters to what is cut; TLS hides it from both ends, so one throw of the dice does for it.
    static let trials = Experiment.Subject.all.flatMap { subject in
        (subject.encrypts ? [1] : [1, 2, 3] as [UInt64]).map { (subject, $0) }
    }

    @Test(
        "after it came back a client misses nothing and gets nothing twice, and every byte that was read is booked",
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

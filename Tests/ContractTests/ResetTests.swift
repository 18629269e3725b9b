import FeedServer
import Host
import LoadGenerator
import Measurement
import Testing
import Transports
import WireAccounting

@Suite("Connections that are reset in the middle", .serialized, .timeLimit(.minutes(2)))
struct ResetTests {
    @Test(
        "after it came back a client misses nothing and gets nothing twice, and every byte that was read is booked",
        arguments: Experiment.Subject.all, [1, 2, 3] as [UInt64])
    func resumption(subject: Experiment.Subject, seed: UInt64) async throws {
        let experiment = try await Experiment.start(subject, items: 200, retry: .milliseconds(50))
        let relay = try ResettingRelay(to: experiment.server.port, seed: seed, maximumResets: 20)
        var plan = experiment.plan(subject, clients: 5)
        plan.port = relay.port
        let record = try await LoadWorker.run(plan) { experiment.last }
        relay.stop()
        await experiment.server.stop()
        #expect(relay.resets == 20)
        #expect(record.deliveries == DeliveryTotals(clients: 5, expected: 1_000, delivered: 1_000, unique: 1_000))
        #expect(record.ledger.payloadBytes >= 1_000 * Int64(experiment.payloadBytes))
        #expect(record.exchanges.connects > 5)
        expectConservation(record)
    }
}

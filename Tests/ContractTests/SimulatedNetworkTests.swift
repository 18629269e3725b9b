import FeedServer
import Host
import Link
import LinkRelay
import LoadGenerator
import Measurement
import Testing
import Transports
import WireAccounting

@Suite("Through a simulated network", .serialized, .timeLimit(.minutes(3)))
struct SimulatedNetworkTests {
    /// Several seeds, because the result may depend on the position of a reset. With TLS neither end sees partial
    /// records, so one seed is enough.
    static let trials = Experiment.Subject.all.flatMap { subject in
        (subject.encrypts ? [1] : [1, 2, 3] as [UInt64]).map { (subject, $0) }
    }

    @Test(
        "with delay, jitter and resets a client misses no item and gets none twice; every byte read is counted",
        arguments: trials)
    func resumption(subject: Experiment.Subject, seed: UInt64) async throws {
        let experiment = try await Experiment.start(subject, items: 100, retry: .milliseconds(50))
        let relay = try experiment.link(.breaking(after: .milliseconds(150)), seed: seed)
        var plan = experiment.plan(subject, clients: 5)
        plan.target.port = relay.port
        let record = try await LoadWorker.run(plan) { experiment.last }
        let report = await relay.stop()
        await experiment.server.stop()
        #expect(report.resets >= 3)
        #expect(record.deliveries == DeliveryTotals(clients: 5, expected: 500, delivered: 500, unique: 500))
        #expect(record.ledger.payloadBytes >= 500 * Int64(experiment.payloadBytes))
        #expect(record.exchanges.connects > 5)
        expectConservation(record)
    }

    @Test(
        "with delay, jitter and loss every item arrives once, not before its delay, and both ends count the same bytes",
        arguments: Experiment.Subject.all)
    func delay(subject: Experiment.Subject) async throws {
        let experiment = try await Experiment.start(subject, items: 100)
        let relay = try experiment.link(.far, seed: 1)
        var plan = experiment.plan(subject, clients: 5)
        plan.target.port = relay.port
        let record = try await LoadWorker.run(plan) { experiment.last }
        let server = try await experiment.serverKernel(connections: record.kernel.connections)
        let report = await relay.stop()
        await experiment.server.stop()
        #expect(record.faults == [])
        #expect(record.errors == 0)
        #expect(record.deliveries == DeliveryTotals(clients: 5, expected: 500, delivered: 500, unique: 500))
        expectConservation(record)
        #expect((record.latency.min ?? 0) >= 8_000)
        #expect(report.connections == Int(record.kernel.connections))
        // Clients may close while bytes are on their way.
        #expect(record.kernel.bytesUp - report.swallowedUp == server.bytesUp)
        #expect(record.kernel.bytesDown + report.swallowedDown == server.bytesDown)
    }
}

extension Experiment {
    /// A simulated network in front of the server.
    func link(_ settings: LinkSettings, seed: UInt64) throws -> LinkRelay {
        try LinkRelay(settings, seed: seed, to: RelayAddress(host: "127.0.0.1", port: server.port))
    }
}

extension LinkSettings {
    /// Resets each connection after a random time with this mean. An item occupies the line for a seventh of the time
    /// until the next one, so some resets cut an item.
    static func breaking(after mean: Duration) -> LinkSettings {
        let line = LinkDirectionSettings(
            delay: .milliseconds(2), jitter: .milliseconds(1), bandwidth: BitRate(bitsPerSecond: 2_000_000))
        return LinkSettings(up: line, down: line, meanTimeToReset: mean)
    }

    static var far: LinkSettings {
        let line = LinkDirectionSettings(delay: .milliseconds(10), jitter: .milliseconds(2), loss: 0.001)
        return LinkSettings(up: line, down: line, slowStart: true)
    }
}

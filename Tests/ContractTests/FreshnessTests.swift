import FeedServer
import Host
import LoadGenerator
import Measurement
import Testing
import Transports

@Suite("Staleness of a client's newest value", .serialized, .timeLimit(.minutes(1)))
struct FreshnessTests {
    @Test(
        "staleness is half the feed's period plus the latency, if clients do not poll at an interval",
        // Staleness depends on receive times, not on TLS.
        arguments: Experiment.Subject.all.filter { !$0.encrypts && $0.transport.pacing != .clientInterval })
    func staleness(subject: Experiment.Subject) async throws {
        let period = Duration.milliseconds(40)
        let experiment = try await Experiment.start(subject, items: 30, period: period, delay: .milliseconds(300))
        let record = try await LoadWorker.run(experiment.plan(subject, clients: 10)) { experiment.last }
        await experiment.server.stop()
        let staleness = try #require(record.staleness.meanMicroseconds)
        let expected = period.seconds / 2 * 1e6 + (try #require(record.latency.mean))
        // With items in order, each item contributes its latency times the period to the age, whatever the latencies
        // are. Only the window's ends are inexact.
        #expect(abs(staleness - expected) < 0.1 * period.seconds * 1e6, "\(staleness) us, not \(expected) us")
    }

    @Test("a poller of only the newest value has gaps, but no faults, no duplicates and no items out of order")
    func newestOnly() async throws {
        let subject = try #require(Experiment.Subject.all.first { $0.transport.name == "short-poll" })
        let experiment = try await Experiment.start(subject, items: 100, period: .milliseconds(5))
        var plan = experiment.plan(subject, clients: 10)
        plan.options[ShortPolling.latest] = true
        let record = try await LoadWorker.run(plan) { experiment.last }
        await experiment.server.stop()
        expectConservation(record)
        #expect(record.faults == [])
        let deliveries = record.deliveries
        #expect(deliveries.expected == 1_000)
        #expect(deliveries.unique > 0 && deliveries.unique < 500, "a poll every 50 ms sees one item in ten")
        #expect(deliveries.missed == 1_000 - deliveries.unique)
        #expect(deliveries.redundancy == 1)
        #expect(deliveries.reordered == 0)
        #expect(record.exchanges.fullResponses == deliveries.delivered)
    }
}

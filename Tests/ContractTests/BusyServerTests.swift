import FeedServer
import LoadGenerator
import Measurement
import Testing
import Transports
import WireAccounting

@Suite("Clients of a busy server end", .timeLimit(.minutes(1)))
struct BusyServerTests {
    @Test(
        "what the server sends while their connections end is read: both ends count the same bytes",
        arguments: Experiment.Subject.all.filter { !$0.encrypts || $0.transport.name == LongPolling.name })
    func leaving(subject: Experiment.Subject) async throws {
        // Item 11 is due at 550 ms, and the server sends it to the last client 24 ms later. The clients end meanwhile.
        let experiment = try await Experiment.start(subject, items: 12, period: .milliseconds(50)) {
            $0.delayPerItem = .milliseconds(3)
        }
        var plan = experiment.plan(subject, clients: 8)
        plan.options = subject.transport.defaultOptions
        plan.times.windowEnd = experiment.server.epoch + .milliseconds(558)
        let record = try await LoadWorker.run(plan) { 10 }
        #expect(record.faults == [])
        #expect(record.deliveries.unique == record.deliveries.expected)
        expectConservation(record)
        let server = try await experiment.serverKernel(connections: record.kernel.connections)
        #expect((server.bytesUp, server.bytesDown) == (record.kernel.bytesUp, record.kernel.bytesDown))
        await experiment.server.stop()
    }
}

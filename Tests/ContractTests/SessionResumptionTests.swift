import FeedServer
import Host
import LoadGenerator
import Measurement
import Testing
import Transports
import WireAccounting

@Suite("Resumption of TLS sessions", .serialized, .timeLimit(.minutes(1)))
struct SessionResumptionTests {
    private static let clients = 5

    @Test(
        "a client's first connection has a full handshake; later ones resume its session, without a certificate",
        arguments: ["short-poll", "long-poll"])
    func resumes(name: String) async throws {
        let full = try await poll(name, ["connection": .choice("new")])
        let resuming = try await poll(name, ["connection": .choice("new"), "resumption": .flag(true)])
        #expect(full.exchanges.resumed == 0)
        let later = resuming.exchanges.connects - UInt64(Self.clients)
        #expect(later >= UInt64(Self.clients))
        #expect(resuming.exchanges.resumed == later)
        let fullBytes = Double(full.ledger.tlsSetupBytes) / Double(full.exchanges.connects)
        let first = fullBytes * Double(Self.clients)
        let resumedBytes = (Double(resuming.ledger.tlsSetupBytes) - first) / Double(later)
        // Measured: 1,844 B with certificate and signature, 1,379 B without; both include two tickets.
        #expect(fullBytes > 1_700)
        #expect(resumedBytes > 1_000 && resumedBytes < fullBytes - 400)
    }

    private func poll(_ name: String, _ options: [String: TransportOptionValue]) async throws -> LoadRecord {
        let subject = try #require(Experiment.Subject.all.first { $0.transport.name == name && $0.encrypts })
        let experiment = try await Experiment.start(subject, items: 30, period: .milliseconds(20))
        var plan = experiment.plan(subject, clients: Self.clients)
        plan.options[LongPolling.pause] = .zero
        for (name, value) in options { plan.options[try subject.transport.option(named: name)] = value }
        let record = try await LoadWorker.run(plan) { experiment.last }
        let server = try await experiment.serverKernel(connections: record.kernel.connections)
        await experiment.server.stop()
        #expect(record.faults == [])
        expectConservation(record)
        #expect(EndsAgreement(client: record.kernel, server: server).complaints == [])
        return record
    }
}

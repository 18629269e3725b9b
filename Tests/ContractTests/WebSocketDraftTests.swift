import FeedServer
import Host
import LoadGenerator
import Measurement
import Testing
import Transports
import WebSocketDrafts
import WireAccounting

@Suite("Contract of every WebSocket version", .serialized, .timeLimit(.minutes(2)))
struct WebSocketDraftTests {
    private static let subject = Experiment.Subject(transport: WebSocketPush.self)

    @Test(
        "every client gets every item once, in order, and every byte is accounted for",
        arguments: WebSocketVersion.allCases)
    func completeDelivery(version: WebSocketVersion) async throws {
        let experiment = try await Experiment.start(Self.subject, items: 100, threads: 2, acceptsLegacyWebSocket: true)
        let plan = try plan(experiment, version, clients: 20)
        let record = try await LoadWorker.run(plan) { experiment.last }
        let server = try await experiment.serverKernel(connections: record.kernel.connections)
        await experiment.server.stop()
        #expect(record.faults == [])
        #expect(record.deliveries == DeliveryTotals(clients: 20, expected: 2_000, delivered: 2_000, unique: 2_000))
        #expect(record.ledger.payloadBytes == 2_000 * Int64(experiment.payloadBytes))
        #expect(record.ledger[.webSocketFrameHeader, .down] == 2_000 * (version.framing == .marks ? 2 : 4))
        // hixie-76 has a closing frame of 2 bytes, hixie-75 none; the later versions have 4 bytes and a mask of 4.
        let closing = version.framing == .marks ? (version == .hixie76 ? 2 : 0) : 4
        #expect(record.ledger[.webSocketControl, .up] == Int64(20 * closing))
        #expect(record.ledger[.webSocketMask, .up] == (version.framing == .marks ? 0 : 20 * 4))
        #expect(record.ledger[.handshake, .up] > 0 && record.ledger[.handshake, .down] > 0)
        expectConservation(record)
        #expect(EndsAgreement(client: record.kernel, server: server).complaints == [])
    }

    @Test(
        "lost items are announced, and the client continues with the oldest item kept",
        arguments: WebSocketVersion.allCases)
    func gap(version: WebSocketVersion) async throws {
        let experiment = try await Experiment.start(
            Self.subject, items: 200, period: .microseconds(500), history: 50, delay: .zero,
            acceptsLegacyWebSocket: true)
        try await experiment.awaitEndOfFeed()
        let plan = try plan(experiment, version, clients: 5)
        let record = try await LoadWorker.run(plan) { experiment.last }
        await experiment.server.stop()
        #expect(record.faults == [])
        #expect(record.deliveries == DeliveryTotals(clients: 5, expected: 1_000, delivered: 250, unique: 250))
        #expect(record.announcedGaps == 5)
        #expect(record.ledger.payloadBytes == 250 * Int64(experiment.payloadBytes))
        expectConservation(record)
    }

    @Test("items of 1 MiB arrive complete", arguments: WebSocketVersion.allCases)
    func largeItems(version: WebSocketVersion) async throws {
        let experiment = try await Experiment.start(
            Self.subject, items: 2, period: .milliseconds(50), payloadBytes: 1 << 20, acceptsLegacyWebSocket: true)
        let plan = try plan(experiment, version, clients: 2)
        let record = try await LoadWorker.run(plan) { experiment.last }
        await experiment.server.stop()
        #expect(record.faults == [])
        #expect(record.deliveries == DeliveryTotals(clients: 2, expected: 4, delivered: 4, unique: 4))
        expectConservation(record)
    }

    @Test("a server that stops within the run causes errors", arguments: WebSocketVersion.allCases)
    func serverStops(version: WebSocketVersion) async throws {
        let experiment = try await Experiment.start(
            Self.subject, items: 1_000, delay: .milliseconds(100), acceptsLegacyWebSocket: true)
        var plan = try plan(experiment, version, clients: 5)
        plan.times.windowEnd = plan.times.windowStart + .milliseconds(400)
        plan.times.patience = .milliseconds(200)
        // Without an epoch the expected items depend on sequences only, not on when the server stops.
        plan.epoch = nil
        let stopped = Task { try await experiment.stopWhileDelivering() }
        let record = try await LoadWorker.run(plan) {
            try await stopped.value
            return experiment.last
        }
        #expect(record.errors > 0)
        #expect(record.deliveries.unique > 0 && record.deliveries.missed > 0)
        #expect(record.deliveries.duplicates == 0)
    }

    @Test(
        "a server that does not accept drafts refuses them, and no item arrives",
        arguments: WebSocketVersion.allCases)
    func switchedOff(version: WebSocketVersion) async throws {
        let experiment = try await Experiment.start(Self.subject, items: 20, period: .milliseconds(1))
        try await experiment.awaitEndOfFeed()
        var plan = try plan(experiment, version, clients: 2)
        plan.times.patience = .milliseconds(100)
        let record = try await LoadWorker.run(plan) { experiment.last }
        await experiment.server.stop()
        #expect(record.deliveries.unique == (version.isDraft ? 0 : 40))
        let refusal = ["the WebSocket handshake failed: the server answered 426 and did not open a WebSocket"]
        #expect(Array(record.faults.prefix(1)) == (version.isDraft ? refusal : []))
    }

    private func plan(_ experiment: Experiment, _ version: WebSocketVersion, clients: Int) throws -> LoadPlan {
        var plan = experiment.plan(Self.subject, clients: clients)
        plan.options[WebSocketPush.version] = version
        return plan
    }
}

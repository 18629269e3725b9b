import Feed
import FeedServer
import LoadGenerator
import Measurement
import Testing
import Transports
import WireAccounting

@Suite("Items whose data are not text, and clients with a session, end to end", .serialized, .timeLimit(.minutes(2)))
struct ContentTests {
    private static let plain = Experiment.Subject.all.filter { !$0.encrypts }

    @Test(
        "random bytes arrive, as Base64 only where a transport carries text, and every byte is counted",
        arguments: plain)
    func randomBytes(subject: Experiment.Subject) async throws {
        let (record, _) = try await run(subject, content: .random) { $0.base64ItemBytes = 200 }
        #expect(record.ledger[.payload, .down] == 300 * 200)
        // In every transport, the text around an item takes fewer bytes than what Base64 adds to 190 B.
        let addsBase64 = record.ledger[.envelope, .down] > 300 * 60
        #expect(addsBase64 == (subject.transport.name != "raw-tcp"))
    }

    @Test("binary frames carry random bytes as they are")
    func binaryFrames() async throws {
        let subject = try #require(Self.plain.first { $0.transport.name == "websocket" })
        let (record, _) = try await run(subject, content: .random) {
            $0.base64ItemBytes = 200
            $0.options[WebSocketOptions.subprotocol] = .binary
        }
        // Sequence and due time have 16 B instead of 4 to 8 characters.
        #expect((300 * 208...300 * 212).contains(record.ledger[.payload, .down]))
        #expect(record.ledger[.envelope, .down] == 0)
    }

    @Test("kinds of text arrive whole", arguments: [ItemContent.json, .text])
    func text(content: ItemContent) async throws {
        let subject = try #require(Self.plain.first { $0.transport.name == "sse" })
        let (record, _) = try await run(subject, content: content)
        #expect(record.ledger[.payload, .down] == 300 * 200)
    }

    @Test(
        "polls have the client's cookie or token each time, streams and WebSockets once",
        arguments: plain.filter { $0.transport.name != "raw-tcp" }, ["cookie", "bearer"])
    func sessions(subject: Experiment.Subject, profile: String) async throws {
        let option = try subject.transport.option(named: "headers")
        let without = try await upPerRequest(subject)
        let with = try await upPerRequest(subject) { $0.options[option] = .choice(profile) }
        let bytes = profile == "cookie" ? 96.0 : 781.0
        // The number of polls, and so the length of their cursors, is not quite the same in two runs.
        #expect((0.97...1.03).contains((with - without) / bytes), "\(with - without)")
    }

    private func upPerRequest(
        _ subject: Experiment.Subject, change: (inout LoadPlan) -> Void = { _ in }
    ) async throws -> Double {
        let (record, requests) = try await run(subject, change: change)
        let layer = subject.transport.name == "websocket" ? ByteLayer.handshake : .httpHead
        return Double(record.ledger[layer, .up]) / Double(requests)
    }

    private func run(
        _ subject: Experiment.Subject, content: ItemContent = .filler, change: (inout LoadPlan) -> Void = { _ in }
    ) async throws -> (record: LoadRecord, requests: Int) {
        let experiment = try await Experiment.start(
            subject, items: 30, period: .milliseconds(10), payloadBytes: 200, content: content)
        var plan = experiment.plan(subject, clients: 10)
        change(&plan)
        let record = try await LoadWorker.run(plan) { experiment.last }
        let requests = try await experiment.requests(of: subject, connections: record.kernel.connections)
        await experiment.server.stop()
        #expect(record.faults == [])
        #expect(record.deliveries == DeliveryTotals(clients: 10, expected: 300, delivered: 300, unique: 300))
        expectConservation(record)
        return (record, requests)
    }
}

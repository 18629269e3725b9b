import FeedServer
import Host
import LoadGenerator
import Measurement
import Testing
import Transports
import WireAccounting

@Suite("Subprotocols and compression of the WebSocket feed, end to end", .serialized, .timeLimit(.minutes(2)))
struct WebSocketVariantTests {
    struct Form: CustomTestStringConvertible, Sendable {
        let subprotocol: WebSocketOptions.ItemForm
        let deflate: WebSocketOptions.Compression
        var windowBits = 15
        /// The negotiated extension.
        var compression: [String] = []
        var testDescription: String { "\(subprotocol), \(deflate), \(windowBits)" }

        static let takeover = ["permessage-deflate"]
        static let alone = ["permessage-deflate; server_no_context_takeover; client_no_context_takeover"]
        static let all = [
            Form(subprotocol: .text, deflate: .off), Form(subprotocol: .binary, deflate: .off),
            Form(subprotocol: .text, deflate: .contextTakeover, compression: takeover),
            Form(subprotocol: .text, deflate: .noContextTakeover, compression: alone),
            Form(subprotocol: .binary, deflate: .contextTakeover, compression: takeover),
            Form(
                subprotocol: .binary, deflate: .noContextTakeover, windowBits: 9,
                compression: [alone[0] + "; server_max_window_bits=9; client_max_window_bits=9"]),
        ]

        /// Size of an item in this form. Sequence and due time have fixed widths only in the binary form.
        func itemBytes(_ sequence: Int, textBytes: Int) -> Int {
            if subprotocol == .text { return textBytes }
            let due = sequence * 5_000
            return textBytes - String(sequence, radix: 36).count - String(due, radix: 36).count - 2 + 16
        }
    }

    private static let plain = Experiment.Subject.all.first { $0.transport.name == "websocket" }

    @Test(
        "every client gets every item once, in order, and every byte is accounted for", arguments: Form.all)
    func completeDelivery(form: Form) async throws {
        let subject = try #require(Self.plain)
        // Each of the two threads encodes an item once for its clients.
        let experiment = try await Experiment.start(subject, items: 100, threads: 2)
        var plan = experiment.plan(subject, clients: 10)
        plan.options[WebSocketOptions.subprotocol] = form.subprotocol
        plan.options[WebSocketOptions.compression] = form.deflate
        plan.options[WebSocketOptions.windowBits] = form.windowBits
        let record = try await LoadWorker.run(plan) { experiment.last }
        await experiment.server.stop()
        #expect(record.faults == [])
        #expect(record.deliveries == DeliveryTotals(clients: 10, expected: 1_000, delivered: 1_000, unique: 1_000))
        expectConservation(record)
        #expect(record.compressions == form.compression)
        let items = (1...100).reduce(0) { $0 + 10 * form.itemBytes($1, textBytes: experiment.payloadBytes) }
        if form.deflate == .off {
            #expect(record.ledger.payloadBytes == Int64(items))
            #expect(record.ledger.inflatedBytes == 0)
        } else {
            #expect(record.ledger.inflatedBytes == Int64(items))
            // A single synthetic item is random text and hardly compresses, but items share much of their text.
            let isHalved = record.ledger.payloadBytes < Int64(items) / 2
            #expect(isHalved == (form.deflate == .contextTakeover), "\(record.ledger.payloadBytes) of \(items) B")
        }
    }

    @Test("the server's Pings are answered and counted in ws_control, and no client is dropped")
    func pings() async throws {
        let subject = try #require(Self.plain)
        let experiment = try await Experiment.start(
            subject, items: 1, period: .milliseconds(1_200)
        ) { $0.settings.pingInterval = .milliseconds(100) }
        let record = try await LoadWorker.run(experiment.plan(subject, clients: 5)) { experiment.last }
        let deadPeers = try experiment.probe.status().deadPeers
        await experiment.server.stop()
        #expect(record.faults == [])
        expectConservation(record)
        // A Close has 4 bytes; a Ping has 2, and a Pong has 2 without its mask.
        let (down, up) = (record.ledger[.webSocketControl, .down], record.ledger[.webSocketControl, .up])
        #expect(down == up)
        #expect(down >= 5 * (4 + 2 * 4), "\(down) B in \(record.windowSeconds) s")
        #expect(record.ledger[.webSocketMask, .up] == 4 * (up - 5 * 4) / 2 + 5 * 4)
        #expect(deadPeers == 0)
    }
}

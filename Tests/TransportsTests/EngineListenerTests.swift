import Measurement
import NIOCore
import Testing
import WebSocketProtocol
import WireAccounting

@testable import Transports

@Suite("Clients of Socket.IO, byte by byte")
struct EngineListenerTests {
    private static let items = [#"42["item","z,10,abc"]"#, "2", #"42["item","10,zz,"]"#]

    @Test("over a WebSocket, split at any positions", arguments: [1, 2, 3, 7, 100, .max])
    func webSocket(chunkBytes: Int) {
        var talk = Talk(.webSocket)
        #expect(talk.text.hasPrefix("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"))
        #expect(!talk.text.contains("Sec-WebSocket-Protocol"))
        talk.answer(chunkBytes)
        talk.frames([EngineSessionTests.open], chunkBytes)
        #expect(!talk.listener.isOpen)
        #expect(talk.messages == ["40"])
        talk.frames(["40{}"] + Self.items, chunkBytes)
        #expect(talk.listener.isOpen)
        #expect(talk.messages == ["40", "3"])
        talk.expectItems()
        let ledger = talk.ledger
        // The items' texts.
        #expect(ledger[.payload, .down] == 8 + 6)
        #expect(ledger[.envelope, .down] == Int64((Self.items.joined().utf8.count) - 14))
        #expect(ledger[.handshake, .down] == Int64(talk.upgradeBytes + EngineSessionTests.open.utf8.count + 4))
        #expect(ledger[.payload, .up] == 0 && ledger[.envelope, .up] == 1)
        #expect(ledger[.handshake, .up] == Int64(talk.text.utf8.count + 2))
        #expect(ledger[.webSocketMask, .up] == 8)
    }

    @Test(
        "over polling, split at any positions, with and without chunks", arguments: [1, 2, 3, 7, .max], [false, true])
    func polling(chunkBytes: Int, isChunked: Bool) {
        var talk = Talk(.polling)
        #expect(
            talk.text
                == "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: 127.0.0.1:80\r\nAccept: */*\r\n\r\n")
        talk.respond(EngineSessionTests.open, chunkBytes, isChunked)
        #expect(talk.text.hasPrefix("POST /socket.io/?EIO=4&transport=polling&sid=abc-_1 HTTP/1.1\r\n"))
        #expect(talk.text.hasSuffix("Content-Length: 2\r\n\r\n40"))
        talk.respond("ok", chunkBytes, isChunked)
        #expect(talk.text.hasPrefix("GET /socket.io/?EIO=4&transport=polling&sid=abc-_1 HTTP/1.1\r\n"))
        talk.respond("40{}", chunkBytes, isChunked)
        #expect(talk.listener.isOpen)
        let up = talk.ledger[.httpHead, .up]
        talk.respond(Self.items.joined(separator: "\u{1e}"), chunkBytes, isChunked)
        talk.expectItems()
        #expect(talk.text.hasSuffix("Content-Length: 1\r\n\r\n3"))
        talk.respond("ok", chunkBytes, isChunked)
        #expect(talk.text.hasPrefix("GET "))
        #expect(talk.listener.furtherRequests == 5)
        #expect(talk.ledger[.payload, .down] == 8 + 6)
        // Separators, pongs and their confirmation, too.
        #expect(talk.ledger[.envelope, .down] == Int64(Self.items.joined().utf8.count - 14 + 2 + 2))
        #expect(talk.ledger[.envelope, .up] == 1)
        #expect(talk.ledger[.httpHead, .up] > up)
        #expect((talk.ledger[.framing, .down] > 0) == isChunked)
    }

    @Test("an upgrade begins with polling and goes on as a WebSocket on the same connection", arguments: [1, 5, .max])
    func upgrade(chunkBytes: Int) {
        var talk = Talk(.upgrade)
        talk.respond(EngineSessionTests.open, chunkBytes, false)
        #expect(talk.text.hasPrefix("GET /socket.io/?EIO=4&transport=websocket&sid=abc-_1 HTTP/1.1\r\n"))
        talk.answer(chunkBytes)
        #expect(talk.messages == ["2probe"])
        talk.frames(["3probe", "6"], chunkBytes)
        #expect(talk.messages == ["2probe", "5", "40"])
        talk.frames(["40{}"] + Self.items, chunkBytes)
        #expect(talk.messages == ["2probe", "5", "40", "3"])
        talk.expectItems()
        #expect(talk.ledger[.payload, .up] == 0)
        #expect(talk.ledger[.payload, .down] == 14)
    }

    @Test(
        "what is no response of Engine.IO is a fault, and all bytes are counted", arguments: [1, 4, .max],
        [
            ("HTTP/1.1 400 Bad Request\r\nContent-Length: 4\r\n\r\noops", "status 400: oops"),
            ("HTTP/1.1 200 OK\r\n\r\n", "a response without a length, status 200"),
            ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "a response without a length, status 200"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n", "a response of 999999999999 B; allowed"),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", "a body that is not chunked: a chunk size"),
            ("hello\r\n\r\n", "a response that is not HTTP: "),
            ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "an empty packet"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n9", "9, which is not a packet of Engine.IO 4"),
        ])
    func wrongResponses(chunkBytes: Int, response: (String, String)) throws {
        var talk = Talk(.polling)
        talk.receive(Array(response.0.utf8), chunkBytes)
        guard case .fault(let sentence)? = talk.events.first else {
            Issue.record("no fault: \(talk.events)")
            return
        }
        #expect(sentence.hasPrefix("the server sent \(response.1)"), "\(sentence)")
        talk.end()
    }

    @Test("a binary message is a fault")
    func binary() {
        var talk = Talk(.webSocket)
        talk.answer(.max)
        talk.receive([0x82, 1, 0], .max)
        #expect(talk.events == [.fault("the server sent a binary message")])
        talk.end()
    }

    @Test("a poll under way ends with its connection, a WebSocket with a Close", arguments: [false, true])
    func finishing(isPolling: Bool) {
        var talk = Talk(isPolling ? .polling : .webSocket)
        if isPolling {
            for body in [EngineSessionTests.open, "ok", "40{}"] { talk.respond(body, .max, false) }
        } else {
            talk.answer(.max)
            talk.frames([EngineSessionTests.open, "40{}"], .max)
        }
        #expect(talk.listener.isOpen)
        #expect(talk.listener.finish() == !isPolling)
        #expect(talk.listener.isOrderlyEnd)
        talk.takeOutput()
        talk.end()
    }

    @Test("no bytes trap, and every byte is counted", arguments: [EngineCarrier.webSocket, .polling, .upgrade])
    func hostile(carrier: EngineCarrier) {
        var random = SeededGenerator(seed: 4)
        let parts = [
            "HTTP/1.1 200 OK\r\n", "HTTP/1.1 101 S\r\n", "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n",
            "\r\n", "3\r\n", "0\r\n\r\n", "\u{1e}", EngineSessionTests.open, "40", "ok", "42[\"item\",\"1,1,\"]",
            "\u{0}", "\u{1}\u{2}",
        ]
        for _ in 0..<3_000 {
            var talk = Talk(carrier)
            for _ in 0..<random.uniform(below: 14) {
                let part = parts[Int(random.uniform(below: UInt64(parts.count)))]
                talk.receive(Array(part.utf8), Int(random.uniform(below: 8)) + 1)
            }
            talk.end()
        }
    }
}

/// A listener whose connection is simulated with arrays.
private struct Talk {
    var listener: EngineListener
    var ledger = ByteLedger()
    var events: [ListenerEvent] = []
    /// The last request, or the bytes sent last.
    private(set) var last: [UInt8]
    /// Text messages sent over the WebSocket.
    private(set) var messages: [String] = []
    private(set) var upgradeBytes = 0
    private var (sent, received) = (0, 0)
    private var server = WebSocketEndpoint(role: .server)
    private var isWebSocket = false

    init(_ carrier: EngineCarrier) {
        var options = TransportOptions()
        options[EngineCarrier.key] = carrier
        listener = EngineListener(setup(options))
        last = Array(listener.connected(ledger: &ledger).readableBytesView)
        sent = last.count
    }

    var text: String { String(decoding: last, as: UTF8.self) }

    mutating func receive(_ wire: [UInt8], _ chunkBytes: Int) {
        var rest = wire[...]
        received += wire.count
        while !rest.isEmpty {
            var buffer = ByteBuffer(bytes: rest.prefix(chunkBytes))
            rest = rest.dropFirst(chunkBytes)
            var events: [ListenerEvent] = []
            listener.received(&buffer, ledger: &ledger) { events.append($0) }
            self.events += events
            takeOutput()
        }
    }

    mutating func takeOutput() {
        guard let output = listener.takeOutput(ledger: &ledger), output.readableBytes > 0 else { return }
        sent += output.readableBytes
        guard isWebSocket else {
            last = Array(output.readableBytesView)
            return
        }
        var bytes = output
        server.receive(&bytes)
        while let event = try? server.nextEvent() {
            if case .message(_, let payload) = event { messages.append(String(buffer: payload)) }
        }
    }

    /// Answers the last request, which opens a WebSocket.
    mutating func answer(_ chunkBytes: Int) {
        isWebSocket = true
        guard let head = try? parseOne(last),
            let acceptance = try? ServerHandshake(subprotocols: []).accept(head)
        else {
            Issue.record("no opening handshake: \(text)")
            return
        }
        let answer = Array(acceptance.responseHead.readableBytesView)
        upgradeBytes = answer.count
        receive(answer, chunkBytes)
    }

    mutating func frames(_ texts: [String], _ chunkBytes: Int) {
        let wire = texts.flatMap { text -> [UInt8] in
            let bytes = Array(text.utf8)
            return [0x81, UInt8(bytes.count)] + bytes
        }
        receive(wire, chunkBytes)
    }

    mutating func respond(_ body: String, _ chunkBytes: Int, _ isChunked: Bool) {
        let count = body.utf8.count
        let text =
            isChunked
            ? "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\(String(count, radix: 16))\r\n\(body)\r\n0\r\n\r\n"
            : "HTTP/1.1 200 OK\r\nContent-Length: \(count)\r\n\r\n\(body)"
        receive(Array(text.utf8), chunkBytes)
    }

    func expectItems() {
        #expect(events == [.item(35, due: 36), .item(36, due: 1_295)])
        #expect(ledger.tcpPayloadBytes(.down) == Int64(received))
        #expect(ledger.tcpPayloadBytes(.up) == Int64(sent))
    }

    /// Ends the connection: then every byte must be counted.
    mutating func end() {
        listener.connectionEnded(ledger: &ledger)
        #expect(ledger.tcpPayloadBytes(.down) == Int64(received))
        #expect(ledger.tcpPayloadBytes(.up) == Int64(sent))
    }
}

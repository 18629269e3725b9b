import Measurement
import Testing
import WireAccounting

@testable import Transports

@Suite("WebSockets of servers with another dialect")
struct DialectSocketTests {
    private static func socket(_ change: (inout ServerDialect) -> Void = { _ in }) -> DialectSocket {
        DialectSocket(
            setup {
                $0.target = "/ws/feed"
                $0.subprotocol = .none
                $0.cursor = .none
                change(&$0)
            })
    }

    @Test(
        "a client that offers no subprotocol accepts an answer without one, and nchan's empty one",
        arguments: [nil, ""] as [String?])
    func noSubprotocol(answered: String?) throws {
        var socket = Self.socket()
        #expect(socket.request.hasPrefix("GET /ws/feed HTTP/1.1\r\n"))
        #expect(!socket.request.contains("Sec-WebSocket-Protocol"))
        let wire =
            try socket.answer(subprotocol: answered) + DialectSocket.message("1,1,a")
            + DialectSocket.message("2,1,b", isBinary: true) + DialectSocket.message("")
        for cut in 0...wire.count {
            socket = Self.socket()
            socket.receive(wire, cutAt: cut)
            #expect(socket.listener.isOpen)
            #expect(socket.events == [.item(1, due: 1), .item(2, due: 1)], "cut at \(cut)")
            #expect(socket.ledger[.payload, .down] == 10)
            #expect(socket.ledger[.webSocketFrameHeader, .down] == 6)
            #expect(socket.ledger.tcpPayloadBytes(.down) == Int64(socket.receivedBytes))
        }
    }

    @Test("a subprotocol that the client did not offer is a fault")
    func unoffered() throws {
        var socket = Self.socket()
        socket.receive(try socket.answer(subprotocol: "chat"))
        #expect(
            socket.events == [
                .fault(
                    "the WebSocket handshake failed: the server chose the subprotocol 'chat', which the client did not "
                        + "offer")
            ])
    }

    @Test(
        "a named subprotocol must be agreed to",
        arguments: [
            ("chat", []), (nil, ["the server does not support the subprotocol chat"]),
            (
                "",
                [
                    "the WebSocket handshake failed: the server chose no subprotocol; the client offered one and "
                        + "requires it"
                ]
            ),
        ] as [(String?, [String])])
    func named(answered: String?, faults: [String]) throws {
        var socket = Self.socket { $0.subprotocol = .named("chat") }
        #expect(socket.request.contains("\r\nSec-WebSocket-Protocol: chat\r\n"))
        socket.receive(try socket.answer(subprotocol: answered))
        #expect(socket.events == faults.map { .fault($0) })
    }

    @Test("with PushLab's subprotocol, items can have another boundary")
    func ownSubprotocol() throws {
        var socket = Self.socket {
            $0.subprotocol = .own
            $0.boundary = .line
        }
        #expect(socket.request.contains("\r\nSec-WebSocket-Protocol: pushlab.text.v1\r\n"))
        socket.receive(
            try socket.answer(subprotocol: "pushlab.text.v1") + DialectSocket.message("1,1,a\n2,1,b"))
        #expect(socket.events == [.item(1, due: 1), .item(2, due: 1)])
        #expect(socket.ledger[.payload, .down] == 10)
        #expect(socket.ledger[.envelope, .down] == 1)
    }

    @Test("what surrounds items in a message is envelope, wherever the bytes are cut")
    func envelope() throws {
        let messages =
            DialectSocket.message("[{\"seq\":1}, {\"seq\":2}]") + DialectSocket.message("[]")
            + DialectSocket.message("[3")
        let length = try Self.socket().answer(subprotocol: nil).count + messages.count
        for cut in 0...length {
            var socket = Self.socket {
                $0.boundary = .jsonArray
                $0.form = .foreign(ForeignForm(sequence: .pointer("/seq")))
            }
            socket.receive(try socket.answer(subprotocol: nil) + messages, cutAt: cut)
            #expect(
                socket.events == [
                    .foreign(1), .foreign(2), .fault("the server sent a JSON array without its end"),
                ], "cut at \(cut)")
            #expect(socket.ledger[.payload, .down] == 9 + 9 + 1)
            #expect(socket.ledger[.envelope, .down] == 4 + 2 + 1)
            #expect(socket.ledger.tcpPayloadBytes(.down) == Int64(socket.receivedBytes))
        }
    }

    @Test("a message that is not an item is a fault, and the connection goes on")
    func notAnItem() throws {
        var socket = Self.socket()
        socket.receive(
            try socket.answer(subprotocol: nil) + DialectSocket.message("hello") + DialectSocket.message("1,1,a"))
        #expect(
            socket.events == [
                .fault("the server sent 'hello', which is not an item; an item is SEQUENCE,DUE,DATA"),
                .item(1, due: 1),
            ])
        #expect(socket.listener.isOpen)
        #expect(!socket.listener.isOrderlyEnd)
    }

    @Test("what Base64 adds to items that are not text is envelope")
    func base64() throws {
        var made = setup { $0.subprotocol = .none }
        made.base64ItemBytes = 12
        var socket = DialectSocket(made)
        socket.receive(try socket.answer(subprotocol: nil) + DialectSocket.message("1,1,AAECAwQFBgc="))
        #expect(socket.events == [.item(1, due: 1)])
        #expect(socket.ledger[.payload, .down] == 12)
        #expect(socket.ledger[.envelope, .down] == 4)
    }
}

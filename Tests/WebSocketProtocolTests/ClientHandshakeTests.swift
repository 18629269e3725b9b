import HTTP
import NIOCore
import Testing
import WebSocketProtocol

@Suite("The client's opening handshake, RFC 6455 §4.1")
struct ClientHandshakeTests {
    static func client(_ subprotocols: [String] = ["chat", "superchat"], headLimit: Int = 16 << 10) -> ClientHandshake {
        ClientHandshake(
            host: "server.example.com",
            target: "/chat",
            key: Array("the sample nonce".utf8),
            subprotocols: subprotocols,
            extraFields: [("Origin", "http://example.com")],
            headLimit: headLimit
        )
    }

    static func response(
        status: String = "HTTP/1.1 101 Switching Protocols",
        upgrade: String = "Upgrade: websocket\r\n",
        connection: String = "Connection: Upgrade\r\n",
        accept: String = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n",
        more: String = ""
    ) -> String {
        status + "\r\n" + upgrade + connection + accept + more + "\r\n"
    }

    @Test("the request is RFC 6455's, byte for byte")
    func request() {
        let expected =
            "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Protocol: chat, superchat\r\nOrigin: http://example.com\r\n\r\n"
        #expect(String(buffer: Self.client().request) == expected)
    }

    @Test("the response is read from chunks of any size, and later frames stay unread", arguments: [1, 2, 5, 11, .max])
    func whole(chunkBytes: Int) throws {
        let text = Self.response(more: "Sec-WebSocket-Protocol: chat\r\n")
        var handshake = Self.client()
        var outcome: HandshakeAgreement?
        var rest = Array(text.utf8)[...] + [0x81, 0x00]
        while outcome == nil, !rest.isEmpty {
            var bytes = ByteBuffer(bytes: rest.prefix(chunkBytes))
            rest = rest.dropFirst(chunkBytes)
            outcome = try handshake.receive(&bytes)
            rest = bytes.readableBytesView + rest
        }
        #expect(outcome?.subprotocol == "chat")
        #expect(handshake.responseBytes == text.utf8.count)
        #expect(rest == [0x81, 0x00])
    }

    @Test(
        "interim responses are skipped, and the size limit applies to their total", arguments: [1, 7, .max])
    func interim(chunkBytes: Int) throws {
        let hint = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
        let text = hint + hint + Self.response()
        for headLimit in [text.utf8.count, text.utf8.count - 1] {
            var handshake = Self.client(headLimit: headLimit)
            var outcome: HandshakeAgreement?
            var isRefused = false
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty, !isRefused {
                var bytes = ByteBuffer(bytes: rest.prefix(chunkBytes))
                rest = rest.dropFirst(chunkBytes)
                do throws(HandshakeError) { outcome = try handshake.receive(&bytes) } catch {
                    isRefused = error == .malformedResponse(.oversizedHead(limitBytes: headLimit))
                }
            }
            let isWhole = outcome != nil && handshake.responseBytes == text.utf8.count
            #expect(isWhole == (headLimit == text.utf8.count))
        }
    }

    struct Case: Sendable {
        let name: String
        let response: String
        let error: HandshakeError?
    }

    static let cases: [Case] = [
        Case(name: "a valid response", response: response(), error: nil),
        Case(name: "no reason phrase", response: response(status: "HTTP/1.1 101 "), error: nil),
        Case(name: "other case", response: response(upgrade: "UPGRADE:  WebSocket \r\n"), error: nil),
        Case(name: "a list", response: response(connection: "connection: keep-alive, upgrade\r\n"), error: nil),
        Case(
            name: "interim responses first",
            response: "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 \r\n\r\n" + response(), error: nil),
        Case(
            name: "an interim response, then 403",
            response: "HTTP/1.1 103 Early Hints\r\n\r\n" + response(status: "HTTP/1.1 403 Forbidden"),
            error: .unexpectedStatus(403)),
        Case(name: "403", response: response(status: "HTTP/1.1 403 Forbidden"), error: .unexpectedStatus(403)),
        Case(name: "200", response: response(status: "HTTP/1.1 200 OK"), error: .unexpectedStatus(200)),
        Case(
            name: "HTTP/1.0",
            response: response(status: "HTTP/1.0 101 Yes"),
            error: .malformedResponse(.malformedStatusLine("HTTP/1.0 101 Yes"))
        ),
        Case(
            name: "no status", response: response(status: "HTTP/1.1"),
            error: .malformedResponse(.malformedStatusLine("HTTP/1.1"))),
        Case(
            name: "four digits",
            response: response(status: "HTTP/1.1 1010 Yes"),
            error: .malformedResponse(.malformedStatusLine("HTTP/1.1 1010 Yes"))
        ),
        Case(name: "no Upgrade", response: response(upgrade: ""), error: .missingUpgrade),
        Case(name: "another Upgrade", response: response(upgrade: "Upgrade: h2c\r\n"), error: .missingUpgrade),
        Case(name: "no Connection", response: response(connection: ""), error: .missingConnection),
        Case(name: "no accept key", response: response(accept: ""), error: .wrongAcceptKey(seen: [])),
        Case(
            name: "a wrong accept key",
            response: response(accept: "Sec-WebSocket-Accept: fFBooB7FAkLlXgRSz0BT3v4hq5s=\r\n"),
            error: .wrongAcceptKey(seen: ["fFBooB7FAkLlXgRSz0BT3v4hq5s="])
        ),
        Case(
            name: "an unoffered subprotocol",
            response: response(more: "Sec-WebSocket-Protocol: mqtt\r\n"),
            error: .unofferedSubprotocol("mqtt")
        ),
        Case(
            name: "two subprotocols",
            response: response(more: "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: superchat\r\n"),
            error: .unofferedSubprotocol("chat, superchat")
        ),
        Case(
            name: "an unoffered extension",
            response: response(more: "Sec-WebSocket-Extensions: permessage-deflate\r\n"),
            error: .unofferedExtension("permessage-deflate")
        ),
        Case(
            name: "a folded field", response: response(more: " folded\r\n"),
            error: .malformedResponse(.malformedField(" folded"))),
        Case(
            name: "a space before the colon", response: response(more: "X : y\r\n"),
            error: .malformedResponse(.malformedField("X : y"))),
        Case(name: "no name", response: response(more: ": y\r\n"), error: .malformedResponse(.malformedField(": y"))),
        Case(
            name: "a bare line feed", response: response(more: "X:\nZ: a\r\n"),
            error: .malformedResponse(.malformedField("X:\nZ: a"))),
    ]

    @Test("a response is accepted, or refused with the right error", arguments: cases)
    func responses(_ table: Case) {
        var handshake = Self.client()
        var bytes = ByteBuffer(string: table.response)
        do {
            let outcome = try handshake.receive(&bytes)
            #expect(table.error == nil && outcome != nil, "\(table.name)")
        } catch {
            #expect(table.error == error, "\(table.name)")
        }
    }

    @Test(
        "an empty Sec-WebSocket-Protocol is no choice, and an answer only if the client offers nothing",
        arguments: [
            ([], [""], nil), ([], ["", " "], nil), ([], ["chat"], .unofferedSubprotocol("chat")),
            ([], ["", "chat"], .unofferedSubprotocol(", chat")), (["chat"], [""], .unofferedSubprotocol("")),
        ] as [([String], [String], HandshakeError?)])
    func emptySubprotocol(offered: [String], answered: [String], error: HandshakeError?) {
        let lines = answered.map { "Sec-WebSocket-Protocol: \($0)\r\n" }.joined()
        var handshake = Self.client(offered)
        var bytes = ByteBuffer(string: Self.response(more: lines))
        do throws(HandshakeError) {
            let agreement = try handshake.receive(&bytes)
            #expect(error == nil)
            #expect(agreement == HandshakeAgreement())
        } catch let seen {
            #expect(seen == error)
        }
    }

    @Test("headers above the size limit are refused, complete or not")
    func headLimit() {
        let head = Self.response()
        for text in [head, String(repeating: "x", count: head.utf8.count)] {
            var handshake = Self.client(headLimit: head.utf8.count - 1)
            var bytes = ByteBuffer(string: text)
            #expect(throws: HandshakeError.malformedResponse(.oversizedHead(limitBytes: head.utf8.count - 1))) {
                try handshake.receive(&bytes)
            }
        }
        var exact = Self.client(headLimit: head.utf8.count)
        var bytes = ByteBuffer(string: head)
        #expect(throws: Never.self) { try exact.receive(&bytes) }
    }

    @Test("client and server handshakes work together")
    func together() throws {
        var client = Self.client(["feed.v1"])
        let head = try ServerHandshakeTests.head(String(buffer: client.request))
        var response = try ServerHandshake(subprotocols: ["feed.v1"]).accept(head).responseHead
        #expect(try client.receive(&response)?.subprotocol == "feed.v1")
    }
}

@Suite("Sentences of handshake and protocol errors")
struct ErrorSentenceTests {
    @Test(
        "each handshake error is a sentence",
        arguments: [
            (.malformedResponse(.oversizedHead(limitBytes: 9)), "the response headers are longer than 9 B"),
            (
                .malformedResponse(.malformedStatusLine("SSH-2.0")),
                "'SSH-2.0' is not an HTTP/1.1 status line"
            ),
            (
                .malformedResponse(.malformedStatusLine("a\r\u{1b}b")),
                "'a??b' is not an HTTP/1.1 status line"
            ),
            (.unexpectedStatus(401), "the server answered 401 and did not open a WebSocket"),
            (
                .redirected(302, location: "/ws/"),
                "the server answered 302 and redirects to '/ws/'; redirects are not followed, so give that address"
            ),
            (.refusedByProxy(502), "the proxy answered 502, not 200"),
            (.wrongAcceptKey(seen: []), "the response has no Sec-WebSocket-Accept header"),
            (.wrongAcceptKey(seen: ["a"]), "Sec-WebSocket-Accept is 'a', which does not match the client's key"),
            (.unofferedSubprotocol(""), "the server chose no subprotocol; the client offered one and requires it"),
            (.unofferedSubprotocol("b"), "the server chose the subprotocol 'b', which the client did not offer"),
        ] as [(HandshakeError, String)])
    func handshake(error: HandshakeError, sentence: String) {
        #expect("\(error)" == sentence)
    }

    @Test("each protocol error is a sentence")
    func connection() {
        #expect("\(WebSocketError.maskedFrameFromServer)" == "the server sent a masked frame")
        let oversized = WebSocketError.oversizedFrame(declaredBytes: 7, allowedBytes: 5)
        #expect("\(oversized)" == "a frame has 7 B; at most 5 B are allowed")
    }
}

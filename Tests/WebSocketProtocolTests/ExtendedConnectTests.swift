import HTTP
import Testing
import WebSocketProtocol

@Suite("The client's opening handshake over HTTP/2, RFC 8441 §5")
struct ExtendedConnectTests {
    private static func request(
        subprotocols: [String] = ["chat", "superchat"], deflate: DeflateParameters? = nil
    ) -> ExtendedConnect {
        ExtendedConnect(
            scheme: "https", authority: "server.example.com", target: "/chat", subprotocols: subprotocols,
            deflate: deflate)
    }

    private static func lines(_ fields: [(name: String, value: String)]) -> [String] {
        fields.map { "\($0.name) = \($0.value)" }
    }

    @Test("the request has the fields of RFC 8441 §5.1, and no key")
    func request() {
        #expect(
            Self.lines(Self.request(deflate: DeflateParameters()).fields) == [
                ":method = CONNECT", ":protocol = websocket", ":scheme = https", ":path = /chat",
                ":authority = server.example.com", "sec-websocket-version = 13",
                "sec-websocket-protocol = chat, superchat",
                "sec-websocket-extensions = permessage-deflate; client_max_window_bits",
            ])
    }

    @Test("without offers the request has only six fields")
    func bareRequest() {
        #expect(Self.request(subprotocols: []).fields.count == 6)
    }

    @Test("any 2xx opens the stream", arguments: ["200", "204", "299"])
    func opened(status: String) throws {
        let agreement = try Self.request().agreement(in: [
            (":status", status), ("sec-websocket-protocol", "superchat"),
        ])
        #expect(agreement?.subprotocol == "superchat")
        #expect(agreement?.deflate == nil)
    }

    @Test("compression is negotiated as over HTTP/1.1")
    func compression() throws {
        let agreement = try Self.request(deflate: DeflateParameters()).agreement(in: [
            (":status", "200"), ("sec-websocket-extensions", "permessage-deflate; server_no_context_takeover"),
        ])
        #expect(agreement?.deflate?.serverNoContextTakeover == true)
        #expect(agreement?.subprotocol == nil)
    }

    @Test("an interim response gives no agreement", arguments: ["100", "103", "199"])
    func interim(status: String) throws {
        #expect(try Self.request().agreement(in: [(":status", status)]) == nil)
    }

    static let refused: [(fields: [(name: String, value: String)], error: HandshakeError)] = [
        ([(":status", "101")], .unexpectedStatus(101)),
        ([(":status", "301")], .unexpectedStatus(301)),
        ([(":status", "403")], .unexpectedStatus(403)),
        ([(":status", "2000")], .malformedResponse(.malformedStatusLine("2000"))),
        ([(":status", "abc")], .malformedResponse(.malformedStatusLine("abc"))),
        ([], .malformedResponse(.malformedStatusLine(""))),
        ([(":status", "200"), (":status", "200")], .malformedResponse(.malformedStatusLine(""))),
        ([(":status", "200"), ("sec-websocket-protocol", "other")], .unofferedSubprotocol("other")),
        (
            [(":status", "200"), ("sec-websocket-extensions", "permessage-deflate")],
            .unofferedExtension("permessage-deflate")
        ),
    ]

    @Test("a refusal, or a choice that was not offered, fails the handshake", arguments: refused)
    func refusals(fields: [(name: String, value: String)], error: HandshakeError) {
        #expect(throws: error) { try Self.request().agreement(in: fields) }
    }
}

import NIOCore
import Testing
import WebSocketProtocol

@Suite("Negotiating permessage-deflate, RFC 7692 §7.1")
struct DeflateNegotiationTests {
    static let key = Array("the sample nonce".utf8)

    /// A server's response field for an offer, or `nil` if the server declined.
    static func response(
        to offers: [String],
        wishes: DeflateParameters? = DeflateParameters()
    ) -> (field: String?, agreed: DeflateParameters?) {
        let request = ServerHandshakeTests.request(setting: offers.map { ("Sec-WebSocket-Extensions", $0) })
        guard let head = try? ServerHandshakeTests.head(request),
            let acceptance = try? ServerHandshake(deflate: wishes).accept(head)
        else { return ("refused", nil) }
        let lines = String(buffer: acceptance.responseHead).split(separator: "\r\n")
        let prefix = "Sec-WebSocket-Extensions: "
        let field = lines.first { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
        return (field, acceptance.agreement.deflate)
    }

    struct Offer: Sendable {
        let offers: [String]
        let response: String?
        var wishes = DeflateParameters()
    }

    static let offers: [Offer] = [
        Offer(offers: ["permessage-deflate"], response: "permessage-deflate"),
        Offer(offers: ["permessage-deflate; client_max_window_bits"], response: "permessage-deflate"),
        Offer(
            offers: ["permessage-deflate; server_max_window_bits=10"],
            response: "permessage-deflate; server_max_window_bits=10"
        ),
        Offer(
            offers: ["permessage-deflate; server_max_window_bits=\"10\""],
            response: "permessage-deflate; server_max_window_bits=10"
        ),
        Offer(
            offers: ["permessage-deflate; client_max_window_bits=12; client_no_context_takeover"],
            response: "permessage-deflate; client_no_context_takeover; client_max_window_bits=12"
        ),
        Offer(
            offers: ["permessage-deflate; server_no_context_takeover"],
            response: "permessage-deflate; server_no_context_takeover"
        ),
        Offer(
            offers: ["permessage-deflate; server_max_window_bits=8; client_max_window_bits=8"],
            response: "permessage-deflate; server_max_window_bits=8; client_max_window_bits=8"
        ),
        // The first offer is invalid, so the server takes the second.
        Offer(
            offers: ["permessage-deflate; server_max_window_bits=7, permessage-deflate; server_max_window_bits=9"],
            response: "permessage-deflate; server_max_window_bits=9"
        ),
        Offer(
            offers: ["x-webkit-deflate-frame, permessage-foo; a=\"b\"", "permessage-deflate"],
            response: "permessage-deflate"
        ),
        Offer(offers: ["permessage-deflate; unknown"], response: nil),
        Offer(offers: ["permessage-deflate; server_max_window_bits"], response: nil),
        Offer(offers: ["permessage-deflate; server_max_window_bits=7"], response: nil),
        Offer(offers: ["permessage-deflate; server_max_window_bits=16"], response: nil),
        Offer(offers: ["permessage-deflate; server_max_window_bits=010"], response: nil),
        Offer(offers: ["permessage-deflate; client_max_window_bits=x"], response: nil),
        Offer(offers: ["permessage-deflate; server_no_context_takeover=1"], response: nil),
        Offer(offers: ["permessage-deflate; client_no_context_takeover; client_no_context_takeover"], response: nil),
        Offer(
            offers: ["permessage-deflate; client_max_window_bits=9; client_max_window_bits"],
            response: nil
        ),
        Offer(offers: ["permessage-deflate;"], response: "refused"),
        Offer(offers: ["permessage-deflate; =1"], response: "refused"),
        Offer(offers: ["permessage-deflate; server_max_window_bits=\"10"], response: "refused"),
        Offer(offers: ["a b"], response: "refused"),
        // The server's preferences: it may limit its own window, but the client's only if the offer allows it.
        Offer(
            offers: ["permessage-deflate"],
            response: "permessage-deflate; server_no_context_takeover; server_max_window_bits=9",
            wishes: DeflateParameters(serverNoContextTakeover: true, serverMaxWindowBits: 9, clientMaxWindowBits: 9)
        ),
        Offer(
            offers: ["permessage-deflate; client_max_window_bits=11; server_max_window_bits=12"],
            response: "permessage-deflate; server_max_window_bits=10; client_max_window_bits=9",
            wishes: DeflateParameters(serverMaxWindowBits: 10, clientMaxWindowBits: 9)
        ),
    ]

    @Test("a server answers an offer", arguments: offers)
    func answers(_ table: Offer) {
        #expect(Self.response(to: table.offers, wishes: table.wishes).field == table.response)
    }

    @Test("a server without compression omits the field")
    func declined() {
        #expect(Self.response(to: ["permessage-deflate"], wishes: nil).field == nil)
    }

    /// The agreement of a client after a response.
    static func agreed(_ response: String, wishes: DeflateParameters) throws -> DeflateParameters? {
        var client = ClientHandshake(host: "a", target: "/", key: key, deflate: wishes)
        let more = "Sec-WebSocket-Extensions: \(response)\r\n"
        var bytes = ByteBuffer(string: ClientHandshakeTests.response(more: more))
        return try client.receive(&bytes)?.deflate
    }

    @Test("a client accepts responses that its offer allows")
    func confirms() throws {
        let open = DeflateParameters()
        #expect(try Self.agreed("permessage-deflate", wishes: open) == open)
        let reply = "permessage-deflate; server_max_window_bits=8; client_max_window_bits=8; client_no_context_takeover"
        let agreed = DeflateParameters(
            clientNoContextTakeover: true,
            serverMaxWindowBits: 8,
            clientMaxWindowBits: 8
        )
        #expect(try Self.agreed(reply, wishes: open) == agreed)
    }

    @Test(
        "a client refuses responses that its offer does not allow",
        arguments: [
            ("permessage-deflate", DeflateParameters(serverNoContextTakeover: true)),
            ("permessage-deflate", DeflateParameters(serverMaxWindowBits: 10)),
            ("permessage-deflate; server_max_window_bits=11", DeflateParameters(serverMaxWindowBits: 10)),
            ("permessage-deflate; client_max_window_bits=11", DeflateParameters(clientMaxWindowBits: 10)),
            ("permessage-deflate; client_max_window_bits=7", DeflateParameters()),
            ("permessage-deflate; client_max_window_bits", DeflateParameters()),
            ("permessage-deflate; unknown", DeflateParameters()),
            ("permessage-deflate, permessage-deflate", DeflateParameters()),
            ("permessage-bzip2", DeflateParameters()),
            ("permessage-deflate; ", DeflateParameters()),
        ]
    )
    func refuses(response: String, wishes: DeflateParameters) {
        #expect(throws: HandshakeError.self) { try Self.agreed(response, wishes: wishes) }
    }

    @Test("client and server agree on the same parameters, for all preferences")
    func bothAgree() throws {
        let choices = [false, true].flatMap { flag in
            [8, 12, 15].flatMap { server in
                [8, 15].map { client in
                    DeflateParameters(
                        serverNoContextTakeover: flag,
                        clientNoContextTakeover: !flag,
                        serverMaxWindowBits: server,
                        clientMaxWindowBits: client
                    )
                }
            }
        }
        for clientWishes in choices {
            let head = ClientHandshake(host: "a", target: "/", key: Self.key, deflate: clientWishes).request
            let line = String(buffer: head).split(separator: "\r\n").first { $0.contains("Extensions: ") }
            let offer = String(try #require(line).split(separator: ":")[1])
            for serverWishes in choices {
                let (field, agreed) = Self.response(to: [offer], wishes: serverWishes)
                #expect(try Self.agreed(try #require(field), wishes: clientWishes) == agreed)
            }
        }
    }
}

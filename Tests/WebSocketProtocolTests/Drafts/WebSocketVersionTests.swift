import NIOCore
import Testing

@testable import WebSocketProtocol

@Suite("Versions of the protocol, and the handshakes of hybi-07 and hybi-10")
struct WebSocketVersionTests {
    typealias Field = (name: String, value: String)

    @Test(
        "a request says which version it is written in",
        arguments: [
            ([("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13")], .rfc6455),
            ([("Upgrade", "websocket"), ("Sec-WebSocket-Version", "8")], .hybi10),
            ([("Upgrade", "websocket"), ("Sec-WebSocket-Version", "7")], .hybi07),
            ([("Upgrade", "websocket"), ("Sec-WebSocket-Version", "6")], nil),
            ([("Upgrade", "WebSocket"), ("Sec-WebSocket-Key1", "1 1"), ("Sec-WebSocket-Key2", "1 1")], .hixie76),
            ([("Upgrade", "WebSocket"), ("Sec-WebSocket-Key2", "1 1")], .hixie76),
            ([("Upgrade", "WebSocket"), ("WebSocket-Protocol", "a")], .hixie75),
            ([("Upgrade", "WebSocket"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")], nil),
            ([("Upgrade", "websocket")], nil), ([], nil),
        ] as [([Field], WebSocketVersion?)])
    func detection(fields: [Field], version: WebSocketVersion?) {
        let request = HandshakeRequest(method: "GET", target: "/", version: "HTTP/1.1", fields: fields)
        #expect(WebSocketVersion(of: request) == version)
    }

    @Test(
        "the drafts' requests differ from the RFC's in the number alone",
        arguments: [(WebSocketVersion.hybi07, "7"), (.hybi10, "8"), (.rfc6455, "13")])
    func clientRequest(version: WebSocketVersion, number: String) {
        let handshake = ClientHandshake(
            host: "server.example.com", target: "/chat", key: Array("the sample nonce".utf8),
            extraFields: [("Sec-WebSocket-Origin", "http://example.com")], version: version)
        let wire =
            "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: \(number)\r\n"
            + "Sec-WebSocket-Origin: http://example.com\r\n\r\n"
        #expect(String(buffer: handshake.requestHead) == wire)
    }

    @Test("a draft's request is answered as the RFC's", arguments: [(WebSocketVersion.hybi07, "7"), (.hybi10, "8")])
    func serverAnswer(version: WebSocketVersion, number: String) {
        let answer = ServerHandshake(subprotocols: ["feed"]).answer(request(number), in: version)
        let head =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: feed\r\n\r\n"
        guard case .accepted(let acceptance) = answer else { return #expect(Bool(false), "\(answer)") }
        #expect(String(buffer: acceptance.responseHead) == head)
    }

    @Test(
        "a draft's origin is called otherwise, and checked",
        arguments: [
            ([("Sec-WebSocket-Origin", "https://lab.example")], 101),
            ([("Sec-WebSocket-Origin", "https://evil.example")], 403), ([], 101),
            ([("Sec-WebSocket-Origin", "https://lab.example"), ("Origin", "https://lab.example")], 403),
        ] as [([Field], Int)])
    func origins(more: [Field], status: Int) {
        let handshake = ServerHandshake(allowedOrigins: ["https://lab.example"])
        switch handshake.answer(request("8", more), in: .hybi10) {
        case .accepted: #expect(status == 101)
        case .refused(let refusal): #expect(refusal.status == status)
        }
    }

    @Test("another number is refused with the one that is spoken", arguments: ["7", "08", "8, 7", ""])
    func numbers(number: String) {
        guard case .refused(let refusal) = ServerHandshake().answer(request(number), in: .hybi10) else {
            Issue.record("\(number) was accepted")
            return
        }
        #expect(refusal.status == 426)
    }

    private func request(_ number: String, _ more: [Field] = []) -> HandshakeRequest {
        HandshakeRequest(
            method: "GET", target: "/ws", version: "HTTP/1.1",
            fields: [
                ("Host", "server.example.com"), ("Upgrade", "websocket"), ("Connection", "Upgrade"),
                ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Sec-WebSocket-Protocol", "feed"),
                ("Sec-WebSocket-Version", number),
            ] + more)
    }
}

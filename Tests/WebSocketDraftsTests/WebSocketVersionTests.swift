import HTTP
import NIOCore
import Testing
import WebSocketProtocol

@testable import WebSocketDrafts

@Suite("Protocol versions, and the handshakes of hybi-07 and hybi-10")
struct WebSocketVersionTests {
    typealias Field = (name: String, value: String)

    @Test(
        "the version of a request is detected",
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
    func detection(fields: [Field], version: WebSocketVersion?) throws {
        #expect(try WebSocketVersion(of: head([("Host", "a")] + fields)) == version)
    }

    @Test(
        "requests of the drafts differ from the RFC's only in the version number",
        arguments: [(WebSocketVersion.hybi07, "7"), (.hybi10, "8"), (.rfc6455, "13")])
    func clientRequest(version: WebSocketVersion, number: String) {
        let request = WebSocketVersion.Request(
            host: "server.example.com", target: "/chat", subprotocols: ["feed"], deflate: nil)
        var (maskKeys, random) = (MaskKeySource(seed: 7), Counter(state: 7))
        let text = String(buffer: version.open(request, maskKeys: &maskKeys, random: &random).request)
        #expect(text.hasPrefix("GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\n"))
        #expect(text.contains("\r\nSec-WebSocket-Version: \(number)\r\nSec-WebSocket-Protocol: feed\r\n\r\n"))
    }

    @Test("the response to a draft is the RFC's", arguments: [(WebSocketVersion.hybi07, "7"), (.hybi10, "8")])
    func serverAnswer(version: WebSocketVersion, number: String) throws {
        var nothing = ByteBuffer()
        let response = try version.accept(request(number), subprotocols: ["feed"], deflate: nil).response(to: &nothing)
        let head =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: feed\r\n\r\n"
        #expect(response.map { String(buffer: $0) } == head)
    }

    @Test("another version number is rejected with 426", arguments: ["7", "08", "8, 7", ""])
    func numbers(number: String) throws {
        let head = try request(number)
        do throws(HandshakeRefusal) {
            _ = try WebSocketVersion.hybi10.accept(head, subprotocols: [], deflate: nil)
            Issue.record("\(number) was accepted")
        } catch let refusal {
            #expect(refusal.status == 426)
        }
    }

    @Test("shared frames have the version's framing", arguments: WebSocketVersion.allCases)
    func framing(version: WebSocketVersion) {
        let frame = version.framing.frame(.text, ByteBuffer(string: "Hi")).array
        #expect(frame == (version.isHixie ? [0x00, 0x48, 0x69, 0xFF] : [0x81, 2, 0x48, 0x69]))
    }

    @Test(
        "client and server of every version open and close a WebSocket through the same protocols",
        arguments: WebSocketVersion.allCases)
    func together(version: WebSocketVersion) throws {
        let asked = WebSocketVersion.Request(host: "a", target: "/ws", subprotocols: ["feed"], deflate: nil)
        var (maskKeys, random) = (MaskKeySource(seed: 7), Counter(state: 7))
        var opening = version.open(asked, maskKeys: &maskKeys, random: &random)
        var wire = opening.request
        var parser = RequestParser()
        let next = try parser.next(from: &wire)
        let head = try #require(next)
        #expect(WebSocketVersion(of: head) == version)
        let acceptance = try version.accept(head, subprotocols: ["feed"], deflate: nil)
        var response = acceptance.response(to: &wire) ?? ByteBuffer()
        let received = try opening.receive(&response)
        let agreement = try #require(received)
        #expect(agreement == HandshakeAgreement(subprotocol: "feed") && acceptance.agreement == agreement)
        let keepAlive = KeepAlive(interval: .seconds(1), timeout: .seconds(1))
        var client = opening.makeSession(
            agreement, limits: WebSocketLimits(), maskKeys: maskKeys, keepAlive: keepAlive)
        var server = acceptance.makeSession(limits: WebSocketLimits(), keepAlive: nil, keepsIdleStreams: false)
        server.close(.goingAway, notice: "last words")
        var bytes = server.takeOutput() ?? ByteBuffer()
        client.receive(&bytes)
        let first = try client.nextEvent()
        #expect(
            first
                == (client.closesWithReason
                    ? .closeReceived(.goingAway, reason: "last words")
                    : .message(.text, ByteBuffer(string: "last words"))))
        #expect(!server.isOpen && server.hasClosingHandshake == (version != .hixie75))
    }

    private func request(_ number: String) throws -> RequestHead {
        try head([
            ("Host", "server.example.com"), ("Upgrade", "websocket"), ("Connection", "Upgrade"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Sec-WebSocket-Protocol", "feed"),
            ("Sec-WebSocket-Version", number),
        ])
    }
}

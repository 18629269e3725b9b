import NIOCore
import Testing
import WebSocketProtocol

@testable import WebSocketDrafts

@Suite("The server's opening handshake in the hixie drafts")
struct HixieServerHandshakeTests {
    typealias Field = (name: String, value: String)

    static let common: [Field] = [("Upgrade", "WebSocket"), ("Connection", "Upgrade"), ("Host", "example.com")]
    static let good75 = common + [("Origin", "http://example.com"), ("WebSocket-Protocol", "sample")]
    static let good76 =
        common + [
            ("Origin", "http://example.com"), ("Sec-WebSocket-Protocol", "sample"),
            ("Sec-WebSocket-Key1", "4 @1  46546xW%0l 1 5"), ("Sec-WebSocket-Key2", "12998 5 Y3 1  .P00"),
        ]

    @Test("a hixie-75 request gets its response at once; frames after the headers stay in the buffer")
    func hixie75() throws {
        let acceptance = try accepted(.hixie75, Self.good75)
        var behind = ByteBuffer(bytes: [0x00, 0x41, 0xFF])
        let response = try #require(acceptance.response(to: &behind))
        let head =
            "HTTP/1.1 101 Web Socket Protocol Handshake\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n"
            + "WebSocket-Origin: http://example.com\r\nWebSocket-Location: ws://example.com/demo\r\n"
            + "WebSocket-Protocol: sample\r\n\r\n"
        #expect(String(buffer: response) == head)
        #expect(behind.array == [0x00, 0x41, 0xFF])
    }

    @Test("a hixie-76 request gets its response once its eight bytes have arrived; bytes after them stay in the buffer")
    func hixie76() throws {
        let acceptance = try accepted(.hixie76, Self.good76)
        var bytes = ByteBuffer()
        for byte in "^n:ds[4".utf8 {
            bytes.writeInteger(byte)
            #expect(acceptance.response(to: &bytes) == nil)
        }
        bytes.writeBytes(Array("U".utf8) + [0x00])
        let response = try #require(acceptance.response(to: &bytes))
        let wire =
            "HTTP/1.1 101 WebSocket Protocol Handshake\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Origin: http://example.com\r\nSec-WebSocket-Location: ws://example.com/demo\r\n"
            + "Sec-WebSocket-Protocol: sample\r\n\r\n8jKS'y:G*Co,Wxa-"
        #expect(String(buffer: response) == wire)
        #expect(bytes.array == [0x00])
    }

    @Test("an unsupported subprotocol is not selected")
    func otherSubprotocol() throws {
        let fields = Self.good75.filter { $0.name != "WebSocket-Protocol" } + [("WebSocket-Protocol", "other")]
        let acceptance = try accepted(.hixie75, fields)
        var nothing = ByteBuffer()
        #expect(acceptance.agreement.subprotocol == nil)
        #expect(acceptance.response(to: &nothing).map { String(buffer: $0).contains("Protocol:") } == false)
    }

    struct Case: Sendable {
        let name: String
        let version: WebSocketVersion
        let status: Int
        let fields: [Field]
        var method = "GET"
        var httpVersion = "HTTP/1.1"

        init(
            _ name: String, _ version: WebSocketVersion, _ status: Int, _ fields: [Field], _ method: String = "GET",
            _ httpVersion: String = "HTTP/1.1"
        ) {
            (self.name, self.version, self.status, self.fields) = (name, version, status, fields)
            (self.method, self.httpVersion) = (method, httpVersion)
        }

        init(_ name: String, _ status: Int, setting field: String, to value: String?) {
            let kept = good76.filter { $0.name != field }
            self.init(name, .hixie76, status, kept + (value.map { [(field, $0)] } ?? []))
        }
    }

    static let refused = [
        Case("POST", .hixie75, 405, good75, "POST"),
        Case("HTTP/1.0", .hixie76, 400, good76, "GET", "HTTP/1.0"),
        Case("an empty Host", 400, setting: "Host", to: ""),
        Case("RFC 6455's token", 400, setting: "Upgrade", to: "websocket"),
        Case("Connection list", 400, setting: "Connection", to: "keep-alive, Upgrade"),
        Case("no Origin", 400, setting: "Origin", to: nil),
        Case("no Key1", 400, setting: "Sec-WebSocket-Key1", to: nil),
        Case("no Key2", 400, setting: "Sec-WebSocket-Key2", to: nil),
        Case("garbage without spaces", 400, setting: "Sec-WebSocket-Key1", to: "dGhlIHNhbXBsZSBub25jZQ=="),
        Case("spaces that do not divide", 400, setting: "Sec-WebSocket-Key1", to: "1 2 3"),
        Case("spaces without digits", 400, setting: "Sec-WebSocket-Key2", to: "a b c"),
        Case("a number above 32 bits", 400, setting: "Sec-WebSocket-Key2", to: "42949672 96"),
        Case("two Key1", .hixie76, 400, good76 + [("Sec-WebSocket-Key1", "1 1")]),
    ]

    @Test("a request that the drafts do not allow is rejected with one sentence", arguments: refused)
    func refusals(_ table: Case) throws {
        let head = try head(table.fields, table.method, table.httpVersion)
        do throws(HandshakeRefusal) {
            _ = try HixieServerHandshake(table.version).accept(head)
            Issue.record("\(table.name) was accepted")
        } catch let refusal {
            #expect(refusal.status == table.status, "\(table.name)")
            #expect(refusal.reason.hasSuffix("."))
        }
    }

    private func accepted(_ version: WebSocketVersion, _ fields: [Field]) throws -> HixieAcceptance {
        try HixieServerHandshake(version, subprotocols: ["sample"]).accept(head(fields))
    }
}

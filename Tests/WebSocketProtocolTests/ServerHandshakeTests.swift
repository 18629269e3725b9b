import HTTP
import NIOCore
import Testing

@testable import WebSocketProtocol

@Suite("The server's opening handshake, RFC 6455 §4.2")
struct ServerHandshakeTests {
    static let good: [(name: String, value: String)] = [
        ("Host", "server.example.com"), ("Upgrade", "websocket"), ("Connection", "Upgrade"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Sec-WebSocket-Version", "13"),
    ]

    static func request(
        _ method: String = "GET",
        _ version: String = "HTTP/1.1",
        setting changes: [(name: String, value: String?)] = []
    ) -> String {
        let changed = Set(changes.map { $0.name.lowercased() })
        let kept = good.filter { !changed.contains($0.name.lowercased()) }
        let added = changes.compactMap { change in change.value.map { (name: change.name, value: $0) } }
        let lines = ["\(method) /ws \(version)"] + (kept + added).map { "\($0.name): \($0.value)" }
        return lines.joined(separator: "\r\n") + "\r\n\r\n"
    }

    static func head(_ text: String) throws -> RequestHead {
        var parser = RequestParser()
        var buffer = ByteBuffer(string: text)
        return try #require(try parser.next(from: &buffer))
    }

    @Test(
        "known keys give known accept values",
        arguments: [
            ("dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
            ("sN9cRrP/n9NdMgdcy2VJFQ==", "fFBooB7FAkLlXgRSz0BT3v4hq5s="),
        ]
    )
    func acceptKeys(key: String, accept: String) {
        #expect(AcceptKey.answering(key) == accept)
    }

    @Test("RFC 6455's request gets RFC 6455's response")
    func sample() throws {
        let request = Self.request(setting: [("Sec-WebSocket-Protocol", "chat, superchat"), ("Origin", "http://e.com")])
        let acceptance = try ServerHandshake(subprotocols: ["superchat", "chat"]).accept(Self.head(request))
        let head =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: superchat\r\n\r\n"
        #expect(String(buffer: acceptance.responseHead) == head)
        #expect(acceptance.agreement.subprotocol == "superchat")
    }

    struct Case: Sendable {
        let name: String
        let status: Int
        let request: String

        init(_ name: String, _ status: Int, _ request: String) {
            self.name = name
            self.status = status
            self.request = request
        }

        init(_ name: String, _ status: Int, _ changes: [(name: String, value: String?)]) {
            self.init(name, status, ServerHandshakeTests.request(setting: changes))
        }
    }

    static let cases: [Case] = [
        Case("a valid request", 101, request()),
        Case("POST", 405, request("POST")),
        Case("lower-case get", 405, request("get")),
        Case("HTTP/1.0", 400, request("GET", "HTTP/1.0")),
        Case("an empty Host", 400, [("Host", "")]),
        Case("no Upgrade", 426, [("Upgrade", nil)]),
        Case("another Upgrade", 426, [("Upgrade", "h2c")]),
        Case("an Upgrade list", 101, [("Upgrade", "h2c, WebSocket")]),
        Case("Upgrade on two lines", 101, [("upgrade", "x"), ("UPGRADE", "websocket")]),
        Case("no Connection", 400, [("Connection", nil)]),
        Case("Connection: close", 400, [("Connection", "close")]),
        Case("Connection list", 101, [("Connection", "keep-alive,UPGRADE")]),
        Case("a word that contains upgrade", 400, [("Connection", "upgrades")]),
        Case("no version", 426, [("Sec-WebSocket-Version", nil)]),
        Case("version 8", 426, [("Sec-WebSocket-Version", "8")]),
        Case("version 13, 8", 426, [("Sec-WebSocket-Version", "13, 8")]),
        Case("version 013", 426, [("Sec-WebSocket-Version", "013")]),
        Case("no key", 400, [("Sec-WebSocket-Key", nil)]),
        Case("an empty key", 400, [("Sec-WebSocket-Key", "")]),
        Case("15 bytes", 400, [("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAA")]),
        Case("17 bytes", 400, [("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAAA=")]),
        Case("not base64", 400, [("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25j!Q==")]),
        Case("stray bits", 400, [("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZR==")]),
        Case("an unknown extension", 101, [("Sec-WebSocket-Extensions", "x-y; z=1")]),
        Case("a bad subprotocol", 400, [("Sec-WebSocket-Protocol", "a b")]),
        Case("a subprotocol twice", 400, [("Sec-WebSocket-Protocol", "a, a")]),
        Case("unknown subprotocols", 101, [("Sec-WebSocket-Protocol", "a, b")]),
    ]

    @Test("a request is answered with the right status", arguments: cases)
    func statuses(_ table: Case) throws {
        let head = try Self.head(table.request)
        do throws(HandshakeRefusal) {
            let acceptance = try ServerHandshake(subprotocols: ["feed"]).accept(head)
            #expect(table.status == 101, "\(table.name)")
            #expect(acceptance.agreement.subprotocol == nil)
            #expect(!String(buffer: acceptance.responseHead).contains("Extensions"))
        } catch let refusal {
            #expect(table.status == refusal.status, "\(table.name)")
            #expect(refusal.reason.hasSuffix("."))
            let versions = refusal.fields.filter { $0.name == "Sec-WebSocket-Version" }.map(\.value)
            #expect(versions == (table.status == 426 ? ["13"] : []))
        }
    }
}

import FeedServer
import Foundation
import Testing
import Transports

@Suite("Pre-RFC 6455 WebSocket drafts over the wire", .serialized, .timeLimit(.minutes(1)))
struct LegacyWebSocketTests {
    private static let hixie75 =
        "Upgrade: WebSocket\r\nConnection: Upgrade\r\nHost: a\r\nOrigin: http://a\r\n\r\n"
    private static let hixie76 =
        "Upgrade: WebSocket\r\nConnection: Upgrade\r\nHost: a\r\nOrigin: http://a\r\n"
        + "Sec-WebSocket-Key1: 18x 6]8vM;54 *(5:  {   U1]8  z [  8\r\n"
        + "Sec-WebSocket-Key2: 1_ tx7X d  <  nw  334J702) 7]o}` 0\r\n\r\n"

    @Test("hixie-75: each item is between 0x00 and 0xFF")
    func feed75() async throws {
        try await withDrafts(items: 2) { connection in
            try connection.send("GET /ws?after=0 HTTP/1.1\r\n" + Self.hixie75)
            let head = try connection.readResponse().head
            #expect(head.hasPrefix("HTTP/1.1 101 Web Socket Protocol Handshake\r\nUpgrade: WebSocket\r\n"))
            for number in 1...2 {
                #expect(try connection.read(1) == [0x00])
                let text = try connection.readUntil(0xFF)
                #expect(text.hasPrefix("\(number),") && text.hasSuffix(",line \(number)"))
            }
        }
    }

    @Test("hixie-76: the draft's example challenge, whole and byte by byte, then the feed and the closing frame")
    func feed76() async throws {
        for isDripped in [false, true] {
            try await withDrafts(items: 1) { connection in
                let wire = Array("GET /ws?after=0 HTTP/1.1\r\n\(Self.hixie76)Tm[K T2u".utf8)
                if isDripped {
                    for byte in wire { try connection.send([byte]) }
                } else {
                    try connection.send(wire)
                }
                let head = try connection.readResponse().head
                #expect(head.hasPrefix("HTTP/1.1 101 WebSocket Protocol Handshake\r\n"))
                #expect(try connection.read(16) == Array("fQJ,fN/4F4!~K~MH".utf8))
                #expect(try connection.read(1) == [0x00])
                #expect(try connection.readUntil(0xFF).hasSuffix(",line 1"))
                try connection.send([0xFF, 0x00])
                #expect(try connection.read(2) == [0xFF, 0x00])
                #expect(connection.readToEnd().end == .closed)
            }
        }
    }

    @Test("the echo supports the drafts; bytes sent with the challenge are not lost")
    func echo() async throws {
        try await withDrafts { connection in
            try connection.send(Array("GET /echo HTTP/1.1\r\n\(Self.hixie76)Tm[K T2u".utf8) + [0x00, 0x68, 0x69, 0xFF])
            _ = try connection.readResponse()
            #expect(try connection.read(20).suffix(4) == [0x00, 0x68, 0x69, 0xFF])
        }
        try await withDrafts { connection in
            try connection.send("GET /echo HTTP/1.1\r\n" + Self.hixie75)
            _ = try connection.readResponse()
            for byte: UInt8 in [0x80, 0x01, 0x00, 0x00, 0x68, 0x69, 0xFF] { try connection.send([byte]) }
            #expect(try connection.read(4) == [0x00, 0x68, 0x69, 0xFF])
        }
    }

    @Test(
        "invalid frames close the connection without a response; other clients are not affected",
        arguments: [[0x00, 0xC0, 0x80], [0x80, 0xFF, 0xFF, 0xFF, 0x7F], [0xFF, 0x80, 0x80, 0x80, 0x80, 0x80]])
    func hostile(wire: [UInt8]) async throws {
        try await withDrafts(items: 1) { connection, port in
            let other = try RawConnection(port: port)
            try connection.send("GET /ws?after=1 HTTP/1.1\r\n" + Self.hixie75)
            _ = try connection.readResponse()
            try connection.send(wire)
            let (text, end) = connection.readToEnd()
            #expect(text.isEmpty && end != .silent)
            #expect(try other.exchange("/poll?after=0").sequences == [1])
        }
    }

    @Test("a text without an end closes the connection at the limit")
    func endless() async throws {
        try await withDrafts { connection in
            try connection.send("GET /ws?after=0 HTTP/1.1\r\n" + Self.hixie75)
            _ = try connection.readResponse()
            try connection.send([0x00] + [UInt8](repeating: 0x61, count: (64 << 10) + 1))
            #expect(connection.readToEnd().end != .silent)
        }
    }

    @Test(
        "keys without a valid number are answered 400 at once",
        arguments: ["dGhlIHNhbXBsZSBub25jZQ==", "1 2 3", "a b", "9 999999999999"])
    func keys(key: String) async throws {
        try await withDrafts { connection in
            let fields = Self.hixie76.replacing("1_ tx7X d  <  nw  334J702) 7]o}` 0", with: key)
            try connection.send("GET /ws HTTP/1.1\r\n" + fields)
            let response = try connection.readResponse()
            #expect(response.status == 400)
            #expect(response.body.contains("Sec-WebSocket-Key1"))
        }
    }

    @Test("by default the drafts are answered 426, with and without the eight bytes")
    func switchedOff() async throws {
        try await withServer { server in
            let port = server.port
            try await blocking {
                for wire in [Self.hixie75, Self.hixie76, Self.hixie76 + "Tm[K T2u"] {
                    let connection = try RawConnection(port: port)
                    try connection.send("GET /ws HTTP/1.1\r\n" + wire)
                    let response = try connection.readResponse()
                    #expect(response.status == 426)
                    #expect(response["sec-websocket-version"] == "13")
                }
            }
        }
    }

    private func withDrafts(
        items: Int = 0, _ body: @escaping @Sendable (RawConnection) throws -> Void
    ) async throws {
        try await withDrafts(items: items) { connection, _ in try body(connection) }
    }

    private func withDrafts(
        items: Int = 0, _ body: @escaping @Sendable (RawConnection, Int) throws -> Void
    ) async throws {
        try await withServer(items: items) {
            $0.settings.acceptsLegacyWebSocket = true
        } running: { server in
            let port = server.port
            try await blocking { try body(RawConnection(port: port), port) }
        }
    }
}

extension RawConnection {
    /// Reads up to a byte, which is consumed but not returned.
    fileprivate func readUntil(_ end: UInt8) throws -> String {
        var bytes: [UInt8] = []
        while true {
            let byte = try read(1)[0]
            if byte == end { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
    }
}

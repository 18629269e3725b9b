import HTTP
import NIOCore
import Testing
import WebSocketProtocol

@testable import WebSocketDrafts

@Suite("The client's opening handshake in the hixie drafts")
struct HixieClientHandshakeTests {
    static func client(_ version: WebSocketVersion, headLimit: Int = 16 << 10) -> HixieClientHandshake {
        var random = Counter(state: 7)
        return HixieClientHandshake(
            version, host: "example.com", target: "/demo", origin: "http://example.com", subprotocol: "sample",
            random: &random, headLimit: headLimit)
    }

    @Test("the request of hixie-75, byte for byte")
    func request75() {
        let wire =
            "GET /demo HTTP/1.1\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\nHost: example.com\r\n"
            + "Origin: http://example.com\r\nWebSocket-Protocol: sample\r\n\r\n"
        #expect(String(buffer: Self.client(.hixie75).request) == wire)
    }

    @Test("the request of hixie-76 has two keys, and eight bytes after the header section")
    func request76() throws {
        let wire = Self.client(.hixie76).request.array
        let head = try #require(wire.firstRange(of: Array("\r\n\r\n".utf8)))
        #expect(wire.count - head.upperBound == 8)
        let lines = String(decoding: wire[..<head.lowerBound], as: UTF8.self).components(separator: "\r\n")
        #expect(
            lines.prefix(6) == [
                "GET /demo HTTP/1.1", "Upgrade: WebSocket", "Connection: Upgrade", "Host: example.com",
                "Origin: http://example.com", "Sec-WebSocket-Protocol: sample",
            ])
        #expect(
            lines.count == 8 && lines[6].hasPrefix("Sec-WebSocket-Key1: ") && lines[7].hasPrefix("Sec-WebSocket-Key2: ")
        )
    }

    @Test(
        "the response is accepted, however it is split, and frames after it stay in the buffer",
        arguments: [WebSocketVersion.hixie75, .hixie76], [1, 2, 5, 11, .max])
    func whole(version: WebSocketVersion, chunkBytes: Int) throws {
        var handshake = Self.client(version)
        let wire = try Self.rightAnswer(to: handshake.request, in: version)
        var outcome: HandshakeAgreement?
        var rest = (wire + [0x00, 0x41, 0xFF])[...]
        while outcome == nil, !rest.isEmpty {
            var bytes = ByteBuffer(bytes: rest.prefix(chunkBytes))
            rest = rest.dropFirst(chunkBytes)
            outcome = try handshake.receive(&bytes)
            rest = bytes.readableBytesView + rest
        }
        #expect(outcome?.subprotocol == "sample")
        #expect(handshake.responseBytes == wire.count)
        #expect(rest == [0x00, 0x41, 0xFF])
    }

    struct Case: Sendable {
        let version: WebSocketVersion
        let seen: String
        let replacement: String
        let error: HandshakeError

        init(_ version: WebSocketVersion, _ seen: String, _ replacement: String, _ error: HandshakeError) {
            (self.version, self.seen, self.replacement, self.error) = (version, seen, replacement, error)
        }
    }

    static let refused = [
        Case(.hixie75, "101 Web Socket Protocol Handshake", "101 WebSocket Protocol Handshake", .wrongPreamble),
        Case(.hixie75, "Upgrade: WebSocket", "upgrade: WebSocket", .wrongPreamble),
        Case(.hixie76, "101 ", "200 ", .unexpectedStatus(200)),
        Case(.hixie76, "Upgrade: WebSocket", "Upgrade: websocket", .missingUpgrade),
        Case(.hixie76, "Connection: Upgrade", "Connection: close", .missingConnection),
        Case(.hixie76, "Origin: http://example.com", "Origin: http://b", .wrongOrigin(seen: ["http://b"])),
        Case(.hixie75, "WebSocket-Origin", "X-Origin", .wrongOrigin(seen: [])),
        Case(.hixie76, "ws://example.com/demo", "ws://example.com/", .wrongLocation(seen: ["ws://example.com/"])),
        Case(.hixie75, "-Protocol: sample", "-Protocol: other", .unofferedSubprotocol("other")),
        Case(.hixie76, "-Protocol: sample", "-Protokoll: sample", .unofferedSubprotocol("")),
    ]

    @Test("a wrong response is rejected", arguments: refused)
    func refusals(_ table: Case) throws {
        var handshake = Self.client(table.version)
        let wire = try Self.rightAnswer(to: handshake.request, in: table.version)
        let place = try #require(wire.firstRange(of: Array(table.seen.utf8)))
        var bytes = ByteBuffer(
            bytes: wire[..<place.lowerBound] + Array(table.replacement.utf8) + wire[place.upperBound...])
        #expect(throws: table.error) { _ = try handshake.receive(&bytes) }
    }

    @Test("one wrong bit in the 16 bytes is an error", arguments: [1, .max])
    func wrongAnswer(chunkBytes: Int) throws {
        var handshake = Self.client(.hixie76)
        var wire = try Self.rightAnswer(to: handshake.request, in: .hixie76)
        wire[wire.count - 1] ^= 1
        var error: HandshakeError?
        var rest = wire[...]
        while !rest.isEmpty, error == nil {
            var bytes = ByteBuffer(bytes: rest.prefix(chunkBytes))
            rest = rest.dropFirst(chunkBytes)
            do throws(HandshakeError) { _ = try handshake.receive(&bytes) } catch let fault { error = fault }
        }
        #expect(error == .wrongChallengeAnswer)
        #expect(rest.isEmpty)
    }

    @Test("a response header section above the limit is rejected")
    func endless() {
        var handshake = Self.client(.hixie76, headLimit: 64)
        var bytes = ByteBuffer(string: "HTTP/1.1 101 x\r\n" + String(repeating: "a: b\r\n", count: 20))
        #expect(throws: HandshakeError.malformedResponse(.oversizedHead(limitBytes: 64))) {
            _ = try handshake.receive(&bytes)
        }
    }

    private static func rightAnswer(to request: ByteBuffer, in version: WebSocketVersion) throws -> [UInt8] {
        var tail = request
        var parser = RequestParser()
        let head = try #require(try parser.next(from: &tail))
        let acceptance = try HixieServerHandshake(version, subprotocols: ["sample"]).accept(head)
        return acceptance.response(to: &tail)?.array ?? []
    }
}

extension String {
    fileprivate func components(separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}

import NIOCore
import Testing
import WebSocketProtocol

@Suite("Closing, RFC 6455 §5.5.1 and §7")
struct ClosingTests {
    static func close(_ code: UInt16, _ reason: [UInt8] = []) -> [UInt8] {
        Wire.frame(0x88, [UInt8(code >> 8), UInt8(code & 0xFF)] + reason, from: .client)
    }

    static let validCodes: [UInt16] =
        [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999]
    static let invalidCodes: [UInt16] =
        [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535]

    @Test("a valid code is reported and echoed", arguments: validCodes)
    func validCode(_ code: UInt16) {
        let run = Dribble(Self.close(code), chunkBytes: 3, into: WebSocketEndpoint(role: .server))
        #expect(run.events == [.closeReceived(CloseCode(rawValue: code), reason: "")])
        #expect(run.output == [0x88, 0x02, UInt8(code >> 8), UInt8(code & 0xFF)])
        #expect(run.endpoint.fate == .drop)
    }

    @Test("an invalid code fails with 1002", arguments: invalidCodes)
    func invalidCode(_ code: UInt16) {
        let run = Dribble(Self.close(code), into: WebSocketEndpoint(role: .server))
        #expect(run.error == .invalidCloseCode(code))
        #expect(run.output == [0x88, 0x02, 0x03, 0xEA])
    }

    @Test("an empty Close is answered by an empty Close")
    func empty() {
        let run = Dribble(Wire.frame(0x88, [], from: .client), into: WebSocketEndpoint(role: .server))
        #expect(run.events == [.closeReceived(nil, reason: "")])
        #expect(run.output == [0x88, 0x00])
    }

    @Test("a Close of one byte fails with 1002")
    func oneByte() {
        let run = Dribble(Wire.frame(0x88, [0x61], from: .client), into: WebSocketEndpoint(role: .server))
        #expect(run.error == .oneByteClosePayload)
        #expect(run.output == [0x88, 0x02, 0x03, 0xEA])
    }

    @Test("a reason of 123 bytes passes")
    func longestReason() {
        let reason = [UInt8](repeating: 0x2A, count: 123)
        let run = Dribble(Self.close(1000, reason), into: WebSocketEndpoint(role: .server))
        #expect(run.events == [.closeReceived(.normal, reason: String(decoding: reason, as: UTF8.self))])
    }

    @Test("a reason that is not UTF-8 fails with 1007", arguments: UTF8Tests.invalid + UTF8Tests.unfinished)
    func invalidReason(_ reason: [UInt8]) {
        let run = Dribble(Self.close(1000, reason), into: WebSocketEndpoint(role: .server))
        #expect(run.error == .invalidCloseReason)
        #expect(run.output == [0x88, 0x02, 0x03, 0xEF])
    }

    @Test("input after the peer's Close is discarded")
    func afterClose() {
        let more = Wire.frame(0x89, [1], from: .client) + Wire.frame(0x81, [0x61], from: .client)
        var run = Dribble(Self.close(1000) + more, into: WebSocketEndpoint(role: .server))
        run.receive([1, 2, 3])
        #expect(run.events == [.closeReceived(.normal, reason: "")])
        #expect(run.output == [0x88, 0x02, 0x03, 0xE8])
        #expect(run.endpoint.received.controlBytes == 8)
        #expect(run.endpoint.received.discardedBytes == more.count + 3)
    }

    @Test("a Close between fragments discards the message")
    func insideMessage() {
        let run = Dribble(
            Wire.frame(0x01, [0x61], from: .client) + Self.close(1001),
            into: WebSocketEndpoint(role: .server)
        )
        #expect(run.events == [.closeReceived(.goingAway, reason: "")])
    }

    @Test("the closing side sends one Close, receives messages until the answer, and sends no more messages")
    func closesFirst() {
        var server = WebSocketEndpoint(role: .server)
        server.close(.goingAway, reason: "bye")
        server.close(.normal)
        #expect(server.fate == .awaitPeer)
        #expect(server.send(text: "late") == false)
        #expect(server.sendPing() == false)
        #expect(server.send(PreparedMessage(.text, ByteBuffer(string: "late"))) == nil)
        #expect(server.takeOutput()?.array == [0x88, 0x05, 0x03, 0xE9] + Array("bye".utf8))
        let run = Dribble(Wire.frame(0x81, [0x61], from: .client) + Self.close(1001), into: server)
        #expect(run.events == [.text("a"), .closeReceived(.goingAway, reason: "")])
        #expect(run.output.isEmpty)
        #expect(run.endpoint.fate == .drop)
    }

    @Test("when both sides close at once, each takes the peer's Close as the answer")
    func bothAtOnce() {
        var client = WebSocketEndpoint(role: .client)
        var server = WebSocketEndpoint(role: .server)
        client.close()
        server.close(.goingAway)
        let fromClient = client.takeOutput()?.array ?? []
        let fromServer = server.takeOutput()?.array ?? []
        let clientRun = Dribble(fromServer, into: client)
        let serverRun = Dribble(fromClient, into: server)
        #expect(clientRun.output.isEmpty && serverRun.output.isEmpty)
        // §7.1.1: the server closes TCP first; the client waits for that.
        #expect(serverRun.endpoint.fate == .drop)
        #expect(clientRun.endpoint.fate == .awaitPeer)
    }

    @Test("a peer that does not answer is dropped after the time limit")
    func timeout() {
        var endpoint = WebSocketEndpoint(role: .client, limits: WebSocketLimits(closeTimeout: .seconds(2)))
        #expect(endpoint.clockReached(1_000) == .idle)
        endpoint.close()
        #expect(endpoint.clockReached(5_000) == .wait(until: 2_000_005_000))
        #expect(endpoint.clockReached(2_000_004_999) == .wait(until: 2_000_005_000))
        #expect(endpoint.clockReached(2_000_005_000) == .drop)
    }

    @Test("after this side's Close, a protocol error sends no second Close")
    func faultWhileClosing() {
        var server = WebSocketEndpoint(role: .server)
        server.close()
        _ = server.takeOutput()
        let run = Dribble([0x83, 0x80], into: server)
        #expect(run.error == .reservedOpcode(3))
        #expect(run.output.isEmpty)
        #expect(run.endpoint.fate == .drop)
    }
}

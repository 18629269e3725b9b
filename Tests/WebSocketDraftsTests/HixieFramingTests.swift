import NIOCore
import Testing
import WebSocketProtocol

@testable import WebSocketDrafts

@Suite("Frames of the hixie drafts")
struct HixieFramingTests {
    static let drafts = [WebSocketVersion.hixie75, .hixie76]

    @Test("both sides read text between 0x00 and 0xFF, however it is split", arguments: drafts, [1, 2, 3, 7, .max])
    func texts(version: WebSocketVersion, chunkBytes: Int) {
        let wire: [UInt8] =
            [0x00, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0xFF] + [0x00, 0xFF] + [0x00, 0xC3, 0xA9, 0xE2, 0x82, 0xAC, 0xFF]
        for role in [WebSocketRole.client, .server] {
            let peer = Dribble(wire, chunkBytes: chunkBytes, into: HixieEndpoint(version, role: role))
            #expect(peer.events == [.text("Hello"), .text(""), .text("é€")])
            #expect(peer.error == nil)
            let tally = peer.endpoint.received
            #expect((tally.headerBytes, tally.payloadBytes, tally.frames, tally.messages) == (6, 10, 3, 3))
            #expect(tally.frameBytes == wire.count)
            #expect(peer.endpoint.unfinishedBytes == 0)
        }
    }

    @Test("a sent text has five bytes and two marks, and both are counted")
    func sending() {
        var endpoint = HixieEndpoint(.hixie75, role: .client)
        endpoint.send(.text, ByteBuffer(string: "Hello"))
        #expect(endpoint.takeOutput()?.array == [0x00, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0xFF])
        #expect((endpoint.sent.headerBytes, endpoint.sent.payloadBytes, endpoint.sent.messageBytes) == (2, 5, 5))
        #expect(endpoint.takeOutput() == nil)
    }

    @Test("the end of a text is found at every position within eight-byte words", arguments: 0...40)
    func borders(length: Int) {
        let text = String(repeating: "x", count: length)
        let wire = [0x00] + Array(text.utf8) + [0xFF, 0x00, 0x79, 0xFF]
        for chunkBytes in [1, 8, .max] {
            let peer = Dribble(wire, chunkBytes: chunkBytes, into: HixieEndpoint(.hixie76, role: .client))
            #expect(peer.events == [.text(text), .text("y")])
        }
    }

    /// Type 0x01, which ends with 0xFF; types 0x80 and 0xFE with lengths of one and two bytes (0x81 0x02 is 130).
    @Test("frames of other types are skipped and counted", arguments: drafts, [1, .max])
    func skipped(version: WebSocketVersion, chunkBytes: Int) {
        let wire: [UInt8] =
            [0x01, 0xC0, 0x80, 0xFF] + [0x80, 0x03, 0x00, 0xFF, 0xFF] + [0xFE, 0x81, 0x02]
            + [UInt8](repeating: 0x00, count: 130) + [0x80, 0x00] + [0xFF, 0x01, 0x00] + [0x00, 0x41, 0xFF]
        let peer = Dribble(wire, chunkBytes: chunkBytes, into: HixieEndpoint(version, role: .server))
        #expect(peer.events == [.text("A")])
        #expect(peer.endpoint.received.controlBytes == wire.count - 3)
        #expect(peer.endpoint.received.controlFrames == 5)
        #expect(peer.endpoint.received.frameBytes == wire.count)
    }

    @Test("hixie-76 answers a closing frame with another; bytes after it are discarded", arguments: [1, .max])
    func closing76(chunkBytes: Int) {
        let wire: [UInt8] = [0x00, 0x41, 0xFF, 0xFF, 0x00, 0x00, 0x42, 0xFF]
        let peer = Dribble(wire, chunkBytes: chunkBytes, into: HixieEndpoint(.hixie76, role: .server))
        #expect(peer.events == [.text("A"), .closeReceived(nil, reason: "")])
        #expect(peer.output == [0xFF, 0x00])
        #expect(peer.endpoint.fate == .drop)
        #expect((peer.endpoint.received.controlBytes, peer.endpoint.received.discardedBytes) == (2, 3))
        #expect(peer.endpoint.sent.controlBytes == 2)
    }

    @Test("hixie-76 closes once, and the peer's closing frame is the answer")
    func closesFirst() {
        var peer = Dribble([], into: HixieEndpoint(.hixie76, role: .client))
        peer.endpoint.close()
        peer.endpoint.close()
        #expect(peer.endpoint.takeOutput()?.array == [0xFF, 0x00])
        #expect(peer.endpoint.fate == .awaitPeer)
        let isQueued = peer.endpoint.send(.text, ByteBuffer(string: "late"))
        #expect(!isQueued)
        peer.receive([0x00, 0x41, 0xFF, 0xFF, 0x00])
        #expect(peer.events == [.text("A"), .closeReceived(nil, reason: "")])
        #expect(peer.output.isEmpty)
    }

    @Test("hixie-75 has no closing frame: 0xFF 0x00 is skipped, and a close drops the connection")
    func closing75() {
        var peer = Dribble([0xFF, 0x00, 0x00, 0x41, 0xFF], into: HixieEndpoint(.hixie75, role: .server))
        #expect(peer.events == [.text("A")])
        #expect(peer.output.isEmpty)
        peer.endpoint.close()
        #expect(peer.endpoint.takeOutput() == nil)
        #expect(peer.endpoint.fate == .drop)
    }

    static let faults: [(wire: [UInt8], error: WebSocketError)] = [
        ([0x00] + [UInt8](repeating: 0x61, count: 17), .oversizedMessage(allowedBytes: 16)),
        ([0x00] + [UInt8](repeating: 0x61, count: 17) + [0xFF], .oversizedMessage(allowedBytes: 16)),
        ([0x7F] + [UInt8](repeating: 0x00, count: 17), .oversizedMessage(allowedBytes: 16)),
        ([0x80, 0x11], .oversizedMessage(allowedBytes: 16)),
        ([0x80, 0xFF], .oversizedMessage(allowedBytes: 16)),
        ([0xFF, 0x80, 0x80, 0x80, 0x80, 0x80], .nonMinimalLength(declaredBytes: 0)),
        ([0x00, 0x80], .invalidUTF8), ([0x00, 0xC0, 0x80], .invalidUTF8),
        ([0x00, 0xED, 0xA0], .invalidUTF8), ([0x00, 0x41, 0xE2, 0x82, 0xFF], .invalidUTF8),
        ([0x00, 0xF4, 0x90], .invalidUTF8),
    ]

    @Test("invalid input ends the connection, whole or byte by byte, and every byte is counted", arguments: faults)
    func hostile(wire: [UInt8], error: WebSocketError) {
        let limits = WebSocketLimits(frameBytes: 16, messageBytes: 16)
        for chunkBytes in [1, .max] {
            let good: [UInt8] = [0x00, 0x41, 0xFF]
            let peer = Dribble(
                good + wire + good, chunkBytes: chunkBytes,
                into: HixieEndpoint(.hixie76, role: .server, limits: limits))
            #expect(peer.events == [.text("A")])
            #expect(peer.error == error)
            #expect(peer.output.isEmpty)
            #expect(peer.endpoint.fate == .drop)
            #expect(peer.endpoint.received.discardedBytes == wire.count + good.count)
        }
    }

    @Test(
        "a frame at the limit is accepted",
        arguments: [[0x00] + [UInt8](repeating: 0x61, count: 16) + [0xFF], [0x80, 0x10]])
    func atTheLimit(wire: [UInt8]) {
        let limits = WebSocketLimits(frameBytes: 16, messageBytes: 16)
        let peer = Dribble(wire, into: HixieEndpoint(.hixie76, role: .server, limits: limits))
        #expect(peer.error == nil)
        #expect(peer.endpoint.isOpen)
    }

    @Test("bytes of an unfinished frame are counted separately")
    func unfinished() {
        let peer = Dribble([0x00, 0x41, 0xFF, 0x00, 0x42], into: HixieEndpoint(.hixie75, role: .client))
        #expect(peer.endpoint.received.frameBytes == 3)
        #expect(peer.endpoint.unfinishedBytes == 2)
    }
}

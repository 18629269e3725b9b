import Testing
import WireAccounting

@testable import Dissection

@Suite("Dissecting WebSocket, raw TCP, HTTP/2 and TLS")
struct WebSocketDissectionTests {
    private static let request =
        "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    private static let response =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"

    @Test("frames: headers, masks, control and payload, however the bytes are cut", arguments: cuts)
    func frames(chunkBytes: Int) {
        var conversation = Conversation()
        conversation.up(Self.request)
        conversation.down(Self.response + "\r\n")
        // An item, a Ping of 2 B, a masked Pong, a fragmented item, both Closes.
        conversation.down([0x81, 0x07] + Array("1,1,abc".utf8) + [0x89, 0x02, 1, 2])
        conversation.up([0x8a, 0x82, 1, 2, 3, 4, 0, 0])
        conversation.down(
            [0x01, 0x03] + Array("2,1".utf8) + [0x80, 0x04] + Array(",abc".utf8) + [0x88, 0x02, 3, 0xe8])
        conversation.up([0x88, 0x82, 0, 0, 0, 0, 3, 0xe8])
        let dissector = conversation.dissected(chunkBytes: chunkBytes)
        #expect(
            dissector.ledger.summary == [
                "up ws_mask 8", "up ws_control 8", "up handshake \(Self.request.utf8.count)", "down payload 14",
                "down ws_frame_header 6", "down ws_control 8", "down handshake \(Self.response.utf8.count + 2)",
            ])
        #expect(dissector.counts.items == 2)
        #expect(dissector.faults.isEmpty)
        #expect(dissector.wireProtocol == .webSocket)
    }

    @Test("compressed messages are inflated, with the window of earlier messages", arguments: cuts)
    func compressed(chunkBytes: Int) {
        var conversation = Conversation()
        conversation.up(Self.request)
        conversation.down(Self.response + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n")
        // RFC 7692 §7.2.3.2: Hello, then Hello again with the same window.
        conversation.down([0xc1, 0x07, 0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00])
        conversation.down([0xc1, 0x05, 0xf2, 0x00, 0x11, 0x00, 0x00])
        let dissector = conversation.dissected(chunkBytes: chunkBytes)
        #expect(dissector.ledger[.payload, .down] == 12)
        #expect(dissector.ledger.inflatedBytes == 10)
        #expect(dissector.recent.suffix(2).map(\.inflated?.beginning) == [Array("Hello".utf8), Array("Hello".utf8)])
        #expect(dissector.faults.isEmpty)
    }

    @Test("a broken frame and everything after it count as control, with a sentence")
    func broken() {
        var conversation = Conversation()
        conversation.up(Self.request)
        conversation.down(Self.response + "\r\n")
        conversation.up([0x81, 0x01, 0x61])
        conversation.down([0x83, 0x01, 0x61])
        let dissector = conversation.dissected()
        #expect(dissector.ledger[.webSocketControl, .up] == 3 && dissector.ledger[.webSocketControl, .down] == 3)
        #expect(
            dissector.faults == ["up: the client sent an unmasked frame", "down: a frame has the reserved opcode 3"])
    }

    @Test("a refused handshake is handshake, and the connection continues as HTTP", arguments: cuts)
    func refused(chunkBytes: Int) {
        var conversation = Conversation()
        conversation.up(Self.request)
        conversation.down("HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nno!\n")
        conversation.up("GET /poll HTTP/1.1\r\nHost: a\r\n\r\n")
        conversation.down("HTTP/1.1 204 No Content\r\n\r\n")
        let ledger = conversation.dissected(chunkBytes: chunkBytes).ledger
        #expect(
            ledger.summary == [
                "up http_head 31", "up handshake \(Self.request.utf8.count)", "down http_head 27", "down handshake 49",
            ])
    }

    @Test("hixie-76: challenge and answer are handshake, marks are frame headers", arguments: cuts)
    func hixie(chunkBytes: Int) {
        let request =
            "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\nOrigin: http://a\r\n"
            + "Sec-WebSocket-Key1: 1 2\r\nSec-WebSocket-Key2: 2 4\r\n\r\n12345678"
        let response = "HTTP/1.1 101 WebSocket Protocol Handshake\r\nUpgrade: WebSocket\r\n\r\n0123456789abcdef"
        var conversation = Conversation()
        conversation.up(request)
        conversation.down(response)
        conversation.down([0x00] + Array("1,1,abc".utf8) + [0xff, 0x00] + Array("oldest=7".utf8) + [0xff, 0xff, 0x00])
        let dissector = conversation.dissected(chunkBytes: chunkBytes)
        #expect(
            dissector.ledger.summary == [
                "up handshake \(request.utf8.count)", "down payload 7", "down envelope 8", "down ws_frame_header 4",
                "down ws_control 2", "down handshake \(response.utf8.count)",
            ])
        #expect(dissector.wireProtocol == .hixie)
    }

    @Test("raw TCP: the first line is handshake, lengths are envelope", arguments: cuts)
    func raw(chunkBytes: Int) {
        var conversation = Conversation()
        conversation.up("FEED after=5\n")
        conversation.down([0, 0, 0, 7] + Array("1,1,abc".utf8) + [0x80, 0, 0, 8] + Array("oldest=7".utf8))
        let dissector = conversation.dissected(chunkBytes: chunkBytes)
        #expect(dissector.ledger.summary == ["up handshake 13", "down payload 7", "down envelope 16"])
        #expect(dissector.counts.items == 1)
    }

    @Test("HTTP/2 by frames and TLS by records", arguments: cuts)
    func frameSizes(chunkBytes: Int) {
        var conversation = Conversation()
        conversation.up("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        conversation.up([0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 2, 1, 5, 0, 0, 0, 1, 0x82, 0x84])
        conversation.down([0, 0, 3, 0, 1, 0, 0, 0, 1, 0x61, 0x62, 0x63])
        var dissector = conversation.dissected(chunkBytes: chunkBytes)
        #expect(
            dissector.ledger.summary == ["up http_head 11", "up handshake 33", "down payload 3", "down framing 9"])
        #expect(
            dissector.recent.map(\.title) == [
                "HTTP/2 connection preface", "HTTP/2 SETTINGS, stream 0, 0 B", "HTTP/2 HEADERS, stream 1, 2 B",
                "HTTP/2 DATA, stream 1, 3 B",
            ])
        conversation = Conversation()
        conversation.up([22, 3, 1, 0, 2, 9, 9])
        conversation.down([23, 3, 3, 0, 1, 9])
        dissector = conversation.dissected(chunkBytes: chunkBytes)
        #expect(dissector.ledger.summary == ["up tls 7", "down tls 6"])
        #expect(dissector.counts.frames == 2)
    }

    @Test("fewer messages are kept if they need more memory than allowed")
    func memory() {
        var conversation = Conversation()
        for _ in 0..<40 {
            conversation.up("GET /poll HTTP/1.1\r\nX: \(String(repeating: "a", count: 3_000))\r\n\r\n")
            conversation.down("HTTP/1.1 204 No Content\r\n\r\n")
        }
        let kept = conversation.dissected(limits: .lane).recent
        #expect((8..<20).contains(kept.count))
        #expect(kept.last?.number == 80)
        #expect(kept.reduce(0) { $0 + 2 * $1.bytes.count } <= DissectionLimits.lane.memoryBytes)
        #expect(conversation.dissected(limits: .inspector).recent.count == 64)
    }

    @Test("only the last messages are kept, and of each only the first bytes; none without being asked")
    func limits() {
        var conversation = Conversation()
        conversation.up("FEED\n")
        for _ in 0..<100 {
            conversation.down([0, 0, 1, 0x2c] + Array("1,1,".utf8) + Array(repeating: 0x61, count: 296))
        }
        let kept = conversation.dissected(limits: .inspector).recent
        #expect(kept.count == 64 && kept.allSatisfy { $0.bytes.count == 256 && $0.wireBytes == 304 })
        #expect(kept.last?.number == 101)
        #expect(conversation.dissected(limits: .countsOnly).recent.isEmpty)
        #expect(
            DissectionLimits(messages: 1_000, bytesPerMessage: -1) == DissectionLimits(messages: 64, bytesPerMessage: 0)
        )
    }

    /// A frame of HTTP/2; field blocks are literals without indexing (RFC 7541 §6.2.2), names and values below 127 B.
    private static func frame(_ type: UInt8, _ flags: UInt8, stream: UInt8, _ content: [UInt8]) -> [UInt8] {
        let header: [UInt8] = [0, 0, UInt8(content.count), type, flags, 0, 0, 0, stream]
        return header + content
    }

    private static func block(_ fields: [(String, String)]) -> [UInt8] {
        var block: [UInt8] = []
        for (name, value) in fields {
            block += [0, UInt8(name.utf8.count)]
            block += Array(name.utf8)
            block.append(UInt8(value.utf8.count))
            block += Array(value.utf8)
        }
        return block
    }

    @Test("HTTP/2: events on one stream, a WebSocket on another, padding", arguments: cuts)
    func http2Content(chunkBytes: Int) {
        var conversation = Conversation()
        let poll = Self.block([(":method", "GET"), (":path", "/events")])
        let connect = Self.block([(":method", "CONNECT"), (":protocol", "websocket"), (":path", "/ws")])
        conversation.up("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        conversation.up(Self.frame(1, 4, stream: 1, poll))
        conversation.up(Self.frame(1, 4, stream: 3, connect))
        let events = Self.block([(":status", "200"), ("content-type", "text/event-stream")])
        let opened = Self.block([(":status", "200")])
        conversation.down(Self.frame(1, 4, stream: 1, events))
        conversation.down(Self.frame(1, 4, stream: 3, opened))
        let event: [UInt8] = Array("data: 1,1,abc\n\n".utf8)
        conversation.down(Self.frame(0, 8, stream: 1, [2] + event + [0, 0]))
        // A WebSocket frame in two DATA frames.
        conversation.down(Self.frame(0, 0, stream: 3, [0x81]))
        let item: [UInt8] = Array("2,1,abc".utf8)
        conversation.down(Self.frame(0, 0, stream: 3, [0x07] + item))
        conversation.up(Self.frame(0, 0, stream: 3, [0x88, 0x80, 1, 2, 3, 4]))
        let dissector = conversation.dissected(chunkBytes: chunkBytes)
        #expect(
            dissector.ledger.summary == [
                "up framing 9", "up http_head \(9 + poll.count)", "up ws_mask 4", "up ws_control 2",
                "up handshake \(24 + 9 + connect.count)", "down payload 14", "down envelope 8", "down framing 30",
                "down http_head \(9 + events.count)", "down ws_frame_header 2",
                "down handshake \(9 + opened.count)",
            ])
        #expect(dissector.counts.items == 2 && dissector.counts.requests == 2 && dissector.counts.responses == 2)
        #expect(dissector.firstTarget == "/events")
    }

    @Test("HTTP/2: the request and response of a WebSocket in several frames, as the load generator counts them")
    func extendedConnect() throws {
        var conversation = Conversation()
        let connect = Self.block([(":method", "CONNECT"), (":protocol", "websocket"), (":path", "/ws")])
        let opened = Self.block([(":status", "200")])
        conversation.up("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        conversation.up(Self.frame(1, 0, stream: 1, Array(connect[..<7])))
        conversation.up(Self.frame(9, 0, stream: 1, []))
        conversation.up(Self.frame(9, 4, stream: 1, Array(connect[7...])))
        conversation.down(Self.frame(1, 0, stream: 1, Array(opened[..<3])))
        conversation.down(Self.frame(9, 4, stream: 1, Array(opened[3...])))
        conversation.down(Self.frame(0, 0, stream: 1, [0x81, 0x07] + Array("2,1,abc".utf8)))
        var tally = WebSocketStreamTally()
        for (direction, bytes) in conversation.parts {
            bytes.withUnsafeBytes { direction == .up ? tally.tally.up.passed($0) : tally.tally.down.passed($0) }
        }
        tally.delivered(9)
        var counted = ByteLedger()
        tally.book(in: &counted)
        let dissector = conversation.dissected(chunkBytes: 5)
        #expect(dissector.ledger[.handshake, .up] == Int64(24 + 3 * 9 + connect.count))
        #expect(dissector.ledger[.httpHead, .up] == 0 && dissector.ledger[.httpHead, .down] == 0)
        for layer in [ByteLayer.handshake, .framing, .httpHead] {
            for direction in Direction.allCases {
                #expect(dissector.ledger[layer, direction] == counted[layer, direction], "\(layer), \(direction)")
            }
        }
        let heads = dissector.recent.filter { $0.title.contains("HEADERS") || $0.title.contains("CONTINUATION") }
        #expect(heads.count == 5 && heads.allSatisfy { Set($0.layerOfByte) == [.handshake] })
    }

    @Test("HTTP/2: a request beyond the streams that are followed is named")
    func http2Limit() {
        var conversation = Conversation()
        let poll = Self.block([(":method", "GET"), (":path", "/poll")])
        conversation.up("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        for request in 0...1_000 {
            var frame = Self.frame(1, 5, stream: 0, poll)
            let stream = 2 * request + 1
            (frame[7], frame[8]) = (UInt8(stream >> 8), UInt8(stream & 0xff))
            conversation.up(frame)
        }
        let dissector = conversation.dissected(limits: .countsOnly)
        #expect(dissector.counts.requests == 1_000)
        #expect(
            dissector.faults == [
                "up: more than 1000 requests wait for a response, so the one on stream 2001 is not followed"
            ])
    }
}

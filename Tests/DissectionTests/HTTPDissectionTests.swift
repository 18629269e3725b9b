import Testing
import WireAccounting

@testable import Dissection

@Suite("Dissecting HTTP/1.1")
struct HTTPDissectionTests {
    private static let poll = "GET /poll?after=5 HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test("polls: headers, items and line ends, however the bytes are cut", arguments: cuts)
    func polls(chunkBytes: Int) {
        var conversation = Conversation()
        conversation.up(Self.poll)
        conversation.down("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n6,10,abcd\n7,11,abcd\n")
        conversation.up(Self.poll)
        conversation.down("HTTP/1.1 204 No Content\r\n\r\n")
        conversation.up(Self.poll)
        conversation.down("HTTP/1.1 410 Gone\r\nContent-Length: 9\r\n\r\noldest=8\n")
        let dissector = conversation.dissected(chunkBytes: chunkBytes)
        #expect(
            dissector.ledger.summary == [
                "up http_head 117", "down payload 18", "down envelope 11", "down http_head 106",
            ])
        #expect(dissector.counts.requests == 3 && dissector.counts.responses == 3 && dissector.counts.items == 2)
        #expect(dissector.faults.isEmpty)
        #expect(dissector.firstTarget == "/poll?after=5")
        #expect(
            dissector.recent.map(\.title) == [
                "GET /poll?after=5", "200 OK", "GET /poll?after=5", "204 No Content", "GET /poll?after=5", "410 Gone",
            ])
        #expect(!dissector.recent.contains { !$0.isComplete })
        let layers = dissector.recent[1].runs.map { "\($0.layer.rawValue) \($0.range.count)" }
        #expect(layers == ["http_head 39", "payload 9", "envelope 1", "payload 9", "envelope 1"])
    }

    @Test("a stream in chunks: sizes and line ends are framing", arguments: cuts)
    func stream(chunkBytes: Int) {
        var conversation = Conversation()
        conversation.up("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
        conversation.down("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        conversation.down("8\r\n1,1,abc\n\r\n8\r\n2,2,abc\n\r\n9\r\noldest=7\n\r\n0\r\n\r\n")
        let dissector = conversation.dissected(chunkBytes: chunkBytes)
        #expect(
            dissector.ledger.summary == [
                "up http_head 33", "down payload 14", "down envelope 11", "down framing 20", "down http_head 47",
            ])
        #expect(dissector.counts.items == 2)
        #expect(dissector.recent.map(\.kind) == [.request, .response, .chunk, .chunk, .chunk, .chunk])
    }

    @Test("an event behind the kept bytes of its chunk is counted, and does not trap")
    func longChunk() {
        let item = "5,0," + String(repeating: "x", count: 300)
        let events = String(repeating: "id: 5\ndata: \(item)\n\n", count: 3)
        var conversation = Conversation()
        conversation.up("GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
        conversation.down(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        conversation.down("\(String(events.utf8.count, radix: 16))\r\n\(events)\r\n")
        #expect(conversation.dissected().ledger[.payload, .down] == Int64(3 * item.utf8.count))
    }

    @Test("server-sent events: the data of items is payload", arguments: cuts)
    func events(chunkBytes: Int) {
        var conversation = Conversation()
        conversation.up("GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
        conversation.down("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        conversation.down(":ok\n\nid: 1\ndata: 1,1,abc\n\nevent: gap\ndata: oldest=7\n\ndata: 8,1,abc\r\n\r\nid: 9\nda")
        let dissector = conversation.dissected(chunkBytes: chunkBytes)
        #expect(dissector.ledger[.payload, .down] == 14)
        #expect(dissector.ledger[.envelope, .down] == 78 - 14)
        #expect(dissector.counts.items == 2)
    }

    @Test("an uploaded body and its echo are payload", arguments: cuts)
    func echo(chunkBytes: Int) {
        var conversation = Conversation()
        conversation.up("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
        conversation.down("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
        let ledger = conversation.dissected(chunkBytes: chunkBytes).ledger
        #expect(ledger.summary == ["up payload 5", "up http_head 51", "down payload 5", "down http_head 38"])
    }

    @Test("a gzip body is payload, and its items are counted")
    func gzip() {
        // printf '1,1,abcabcabc\n2,2,abcabcabc\n' | gzip -n
        let body: [UInt8] = gzipOfTwoItems
        var conversation = Conversation()
        conversation.up(Self.poll)
        conversation.down("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(body.count)\r\n\r\n")
        conversation.down(body)
        let dissector = conversation.dissected(chunkBytes: 3)
        #expect(dissector.ledger[.payload, .down] == Int64(body.count))
        #expect(dissector.ledger[.envelope, .down] == 0)
        #expect(dissector.counts.items == 2)
        let inflated = dissector.recent.last?.inflated
        #expect(inflated?.bytes == 28)
        #expect(inflated?.wireBytes == body.count)
    }

    @Test("HEAD, interim responses and a tunnel through a proxy")
    func others() {
        var conversation = Conversation()
        conversation.up("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n")
        conversation.down("HTTP/1.0 200 Connection established\r\n\r\n")
        conversation.up("HEAD /poll HTTP/1.1\r\nHost: a\r\n\r\n")
        conversation.down("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
        let dissector = conversation.dissected()
        #expect(
            dissector.ledger.summary == [
                "up http_head 32", "up handshake 35", "down http_head 63", "down handshake 39",
            ])
    }

    @Test("bytes that are not HTTP become payload, with a sentence")
    func broken() {
        var conversation = Conversation()
        conversation.up("GET /\r\nHost: a\r\n\r\n")
        #expect(conversation.dissected().faults == ["up: 'GET /' is not an HTTP/1.1 request line"])
        conversation = Conversation()
        conversation.down("220 mail.example ESMTP\r\n")
        let sentence = "down: the connection does not begin with HTTP, TLS or a first line of the feed"
        #expect(conversation.dissected().faults == [sentence])
        #expect(conversation.dissected().wireProtocol == .unknown)
    }

    @Test("more requests than may wait for a response give up pairing, for the true reason")
    func tooManyWait() {
        var conversation = Conversation()
        conversation.up(String(repeating: "GET /poll HTTP/1.1\r\nHost: a\r\n\r\n", count: 1_000))
        #expect(conversation.dissected().faults == [])
        conversation.up("GET /poll HTTP/1.1\r\nHost: a\r\n\r\n")
        let dissector = conversation.dissected()
        let reason = "more than 1000 requests wait for a response, so the rest of the connection is not read as HTTP"
        #expect(dissector.faults == ["up: \(reason)"])
        #expect(dissector.counts.requests == 1_000 && dissector.wireProtocol == .unknown)
    }
}

private let gzipOfTwoItems: [UInt8] = [
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xff, 0x33, 0xd4, 0x31, 0xd4, 0x49, 0x4c,
    0x4a, 0x86, 0x20, 0x2e, 0x23, 0x1d, 0x23, 0x24, 0x1e, 0x00, 0x0d, 0xe2, 0x88, 0x02, 0x1c, 0x00,
    0x00, 0x00,
]

import Feed
import Measurement
import Testing
import WireAccounting

@testable import Transports

@Suite("Streaming clients")
struct StreamListenerTests {
    private static let cuts = [1, 2, 3, 5, 7, 11, 64, .max]

    @Test(
        "an unrequested encoding or an SSE stream of another type is a fault, and the rest is not read",
        arguments: [
            ("sse", nil, "text/event-stream; charset=utf-8", nil), ("sse", "identity", "text/event-stream", nil),
            ("sse", nil, "application/json", "as application/json; browsers accept only text/event-stream"),
            ("sse", nil, nil, "without a Content-Type; browsers accept only text/event-stream"),
            ("sse", "gzip", "text/event-stream", "encoded a response as gzip, which the client did not request"),
            ("http-stream", "br", nil, "encoded a response as br, which the client did not request"),
            ("http-stream", nil, nil, nil),
        ] as [(String, String?, String?, String?)])
    func headers(name: String, encoding: String?, type: String?, fault: String?) throws {
        let transport = try #require(TransportRegistry.standard.push(named: name))
        var dialogue = StreamDialogue(
            transport, cursor: 0, isChunked: false, contentType: type, contentEncoding: encoding)
        let item = name == "sse" ? "id: 1\ndata: 1,1,x\n\n" : "1,1,x\n"
        dialogue.arrive(item, 64)
        if let fault {
            guard dialogue.events.count == 1, case .fault(let sentence) = dialogue.events[0] else {
                Issue.record("\(dialogue.events)")
                return
            }
            #expect(sentence.hasSuffix(fault))
        } else {
            #expect(dialogue.events == [.item(1, due: 1)])
        }
        #expect(dialogue.listener.wantsNoMore == (fault != nil))
        #expect(dialogue.ledger.tcpPayloadBytes(.down) == Int64(item.utf8.count))
    }

    @Test("an endless item is a fault at the size limit", arguments: ["sse", "http-stream"])
    func endless(name: String) throws {
        let transport = try #require(TransportRegistry.standard.push(named: name))
        var dialogue = StreamDialogue(transport, cursor: 0, isChunked: false)
        let piece = (name == "sse" ? "data: " : "") + String(repeating: "1", count: 1 << 20)
        for _ in 0..<18 where !dialogue.listener.wantsNoMore { dialogue.arrive(piece, .max) }
        dialogue.end()
        #expect(dialogue.events == [.fault(ItemLimits.endlessItem)])
        #expect(dialogue.listener.wantsNoMore)
    }

    @Test("a line stream split at any positions gives its items, and every byte has a layer", arguments: cuts)
    func lines(chunkBytes: Int) {
        var dialogue = StreamDialogue(HTTPStreaming.self, cursor: 34)
        let long = String(repeating: "d", count: 100)
        // Items across chunks, and chunks across reads.
        dialogue.arrive("8\r\nz,10,\(long.prefix(3))\r\n61\r\n\(long.dropFirst(3))\r\n9\r\n\n10,zz,\n1\r\n", chunkBytes)
        dialogue.arrive("a\r\n1,100,x,y\n\r\n", chunkBytes)
        #expect(dialogue.events == [.item(35, due: 36), .item(36, due: 1_295), .item(37, due: 1_296)])
        #expect(dialogue.ledger.tcpPayloadBytes(.down) == Int64(dialogue.sentBytes))
    }

    @Test("a header with more digits than a number can have is not an item, wherever it is split", arguments: cuts)
    func leadingZeros(chunkBytes: Int) {
        var dialogue = StreamDialogue(HTTPStreaming.self, cursor: 0, isChunked: false)
        dialogue.arrive(String(repeating: "0", count: 30) + "1,1,x\n", chunkBytes)
        #expect(
            dialogue.events == [.fault("the server sent a line that is not an item; an item is SEQUENCE,DUE,DATA")])
    }

    @Test("chunk sizes and their line ends are framing, item line ends envelope, items payload", arguments: cuts)
    func layers(chunkBytes: Int) {
        var dialogue = StreamDialogue(HTTPStreaming.self, cursor: 0)
        dialogue.arrive("b\r\n1,1,abcdef\n\r\n5\r\n2,1,a\r\n6\r\nbcdef\n\r\n0\r\n\r\n", chunkBytes)
        dialogue.end()
        #expect(dialogue.events == [.item(1, due: 1), .item(2, due: 1), .ended("the server ended the stream")])
        #expect(dialogue.ledger[.payload, .down] == 20)
        #expect(dialogue.ledger[.envelope, .down] == 2)
        #expect(dialogue.ledger[.framing, .down] == 3 * 5 + 5)
        #expect(dialogue.listener.cursor == 2)
    }

    @Test("a body that is not chunked has no framing")
    func unframed() {
        var dialogue = StreamDialogue(HTTPStreaming.self, cursor: 0, isChunked: false)
        dialogue.arrive("1,1,abcdef\n2,1,abc", 4)
        #expect(dialogue.events == [.item(1, due: 1)])
        #expect(dialogue.ledger[.framing, .down] == 0)
        #expect(dialogue.ledger[.payload, .down] == 17)
        dialogue.end()
        #expect(dialogue.events.last == .fault("the stream ends inside an item"))
    }

    @Test("a response without its last chunk was cut off; with it, the server has ended it itself", arguments: cuts)
    func cutOff(chunkBytes: Int) {
        let cut = ListenerEvent.lostServer("the stream was cut off inside an item")
        let ended = ListenerEvent.fault("the stream ends inside an item")
        for (rest, event) in [("4\r\n2,1,\r\n", cut), ("b\r\n2,1,", cut), ("4\r\n2,1,\r\n0\r\n\r\n", ended)] {
            var dialogue = StreamDialogue(HTTPStreaming.self, cursor: 0)
            dialogue.arrive("b\r\n1,1,abcdef\n\r\n" + rest, chunkBytes)
            dialogue.end()
            #expect(dialogue.events == [.item(1, due: 1), event])
            #expect(dialogue.ledger.tcpPayloadBytes(.down) == Int64(dialogue.sentBytes))
        }
    }

    @Test("a notice is a gap and counts as envelope, and the end after it is not a fault", arguments: cuts)
    func notice(chunkBytes: Int) {
        var dialogue = StreamDialogue(HTTPStreaming.self, cursor: 0)
        dialogue.arrive("b\r\n1,1,abcdef\n\r\nb\r\noldest=100\n\r\n0\r\n\r\n", chunkBytes)
        dialogue.end()
        #expect(dialogue.events == [.item(1, due: 1), .gap(through: 99)])
        #expect(dialogue.ledger[.payload, .down] == 10)
        #expect(dialogue.ledger[.envelope, .down] == 12)
        #expect(dialogue.listener.target == "/stream?after=99")
    }

    @Test("a refusal is reported like that of a poll", arguments: [1, .max])
    func refusals(chunkBytes: Int) {
        var gap = StreamDialogue(HTTPStreaming.self, cursor: 4, status: 410, isChunked: false)
        gap.arrive("oldest=100\n", chunkBytes)
        gap.end()
        #expect(gap.events == [.gap(through: 99)])
        #expect(gap.ledger[.envelope, .down] == 11)
        #expect(gap.listener.cursor == 99)
        var full = StreamDialogue(HTTPStreaming.self, cursor: 4, status: 503, isChunked: true)
        full.arrive("5\r\nfull\n\r\n0\r\n\r\n", chunkBytes)
        full.end()
        #expect(full.events == [.lostServer("the server answered 503: full")])
        #expect(full.ledger[.framing, .down] == 10)
    }

    @Test("an invalid chunked coding is one fault, and the bytes after it are still counted", arguments: cuts)
    func brokenCoding(chunkBytes: Int) {
        var dialogue = StreamDialogue(HTTPStreaming.self, cursor: 0)
        dialogue.arrive("b\r\n1,1,abcdef\n\r\nxyz\r\nhello", chunkBytes)
        let sentence =
            "the server violated the chunked coding: a chunk size is not a hexadecimal number of up to 15 digits"
        #expect(dialogue.events == [.item(1, due: 1), .fault(sentence)])
        #expect(dialogue.ledger.tcpPayloadBytes(.down) == Int64(dialogue.sentBytes))
    }

    @Test("an event's data counts as payload, the rest of it as envelope", arguments: cuts)
    func events(chunkBytes: Int) {
        var dialogue = StreamDialogue(ServerSentEvents.self, cursor: 9, isChunked: false)
        dialogue.arrive("retry: 1000\n\nid: 10\ndata: a,1,abcdef\n\n:\n\nid: 11\ndata: b,1,abcdef\n\n", chunkBytes)
        #expect(dialogue.events == [.item(10, due: 1), .item(11, due: 1)])
        #expect(dialogue.ledger[.payload, .down] == 20)
        #expect(dialogue.ledger[.envelope, .down] == Int64(dialogue.sentBytes) - 20)
    }

    @Test("an event `gap` moves the cursor, and the stream continues", arguments: cuts)
    func gapEvent(chunkBytes: Int) {
        var dialogue = StreamDialogue(ServerSentEvents.self, cursor: 2, isChunked: false)
        dialogue.arrive("id: 6\nevent: gap\ndata: oldest=7\n\nid: 7\ndata: 7,1,abcdef\n\n", chunkBytes)
        #expect(dialogue.events == [.gap(through: 6), .item(7, due: 1)])
        #expect(dialogue.ledger[.payload, .down] == 10)
    }

    @Test("a client reconnects like a browser: with the same URL and the last id")
    func resumption() {
        var dialogue = StreamDialogue(ServerSentEvents.self, cursor: 2, isChunked: false)
        #expect(dialogue.listener.target == "/events?after=2")
        #expect(dialogue.listener.fieldLines == ["Accept: text/event-stream"])
        dialogue.arrive("id: 3\ndata: 3,1,abcdef\n\n", .max)
        #expect(dialogue.listener.target == "/events?after=2")
        #expect(dialogue.listener.fieldLines == ["Accept: text/event-stream", "Last-Event-ID: 3"])
    }

    @Test("it backs off exponentially while it receives nothing, with jitter from its seed")
    func backsOff() {
        var dialogue = StreamDialogue(HTTPStreaming.self, cursor: 0)
        let waits = (0..<9).map { _ in dialogue.waitAfterEnd() }
        for (attempt, wait) in waits.enumerated() {
            let ceiling = min(50 << attempt, 5_000)
            #expect(wait >= .milliseconds(ceiling / 2) && wait <= .milliseconds(ceiling), "attempt \(attempt)")
        }
        dialogue.arrive("b\r\n1,1,abcdef\n\r\n", .max)
        #expect(dialogue.waitAfterEnd() <= .milliseconds(50))
        var same = StreamDialogue(HTTPStreaming.self, cursor: 0)
        #expect((0..<9).map { _ in same.waitAfterEnd() } == waits)
    }

    @Test("it waits as long as the server's `retry` says")
    func retry() {
        var dialogue = StreamDialogue(ServerSentEvents.self, cursor: 0, isChunked: false)
        dialogue.arrive("retry: 3000\n\n", .max)
        let wait = dialogue.waitAfterEnd()
        #expect(wait >= .milliseconds(1_500) && wait <= .milliseconds(3_000))
    }

    @Test("after 204 it does not reconnect", arguments: StreamSubscriberTests.streams.indices)
    func dismissed(stream: Int) {
        let transport = StreamSubscriberTests.streams[stream]
        var dialogue = StreamDialogue(transport, cursor: 0, status: 204, isChunked: false)
        dialogue.end()
        #expect(dialogue.events.isEmpty)
        #expect(dialogue.waitAfterEnd() > .seconds(1_000_000))
    }
}

/// One streaming client with its events and its ledger.
struct StreamDialogue {
    var listener: any ExchangeListener
    var ledger = ByteLedger()
    var events: [ListenerEvent] = []
    private(set) var sentBytes = 0
    private let status: Int

    init(
        _ transport: any PushTransport.Type, cursor: UInt64, status: Int = 200, isChunked: Bool = true,
        contentType: String? = "text/event-stream", contentEncoding: String? = nil
    ) {
        guard case .exchanges(let makeListener) = transport.client else {
            preconditionFailure("\(transport.name) is made of exchanges")
        }
        listener = makeListener(setup(TransportOptions(), cursor: cursor))
        self.status = status
        _ = self.listener.nextRequestDue(at: at(0))
        self.listener.responseBegan(
            status: status,
            coding: ResponseCoding(
                isChunked: isChunked, contentEncoding: contentEncoding, contentType: contentType))
    }

    mutating func arrive(_ text: String, _ chunkBytes: Int) {
        sentBytes += text.utf8.count
        var rest = Array(text.utf8)[...]
        var events: [ListenerEvent] = []
        while !rest.isEmpty {
            let piece = Array(rest.prefix(chunkBytes))
            rest = rest.dropFirst(chunkBytes)
            piece.withUnsafeBytes {
                listener.bodyArrived($0, status: status, ledger: &ledger) { events.append($0) }
            }
        }
        self.events += events
    }

    mutating func end() {
        var events: [ListenerEvent] = []
        listener.exchangeEnded(status: status) { events.append($0) }
        self.events += events
    }

    mutating func waitAfterEnd() -> Duration {
        let coding = ResponseCoding(isChunked: true, contentType: "text/event-stream")
        defer { listener.responseBegan(status: 200, coding: coding) }
        return listener.nextRequestDue(at: at(10_000)) - at(10_000)
    }
}

import Measurement
import Testing
import WireAccounting

@testable import Transports

@Suite("Streams of servers with another dialect")
struct DialectStreamTests {
    private static let chunked = ResponseCoding(isChunked: true)

    @Test("nchan's chunked stream: each chunk is an item, without a line end")
    func nchan() {
        let body = "9\r\n1,1,hello\r\nb;x=y\r\n2,1,a\nb,c\nd\r\n0\r\n\r\n"
        for cut in 0...body.utf8.count {
            var client = DialectClient(
                HTTPStreaming.self,
                setup {
                    $0.target = "/stream/feed"
                    $0.boundary = .chunk
                    $0.cursor = .none
                    $0.fields = [ServerDialect.HeaderLine(name: "TE", value: "chunked")]
                })
            #expect(client.listener.target == "/stream/feed")
            #expect(client.listener.fieldLines == ["TE: chunked"])
            client.exchange(200, body, coding: Self.chunked, cutAt: cut)
            #expect(client.events == [.item(1, due: 1), .item(2, due: 1), .ended("the server ended the stream")])
            #expect(client.payload == 9 + 11)
            #expect(client.envelope == 0)
            #expect(client.ledger[.framing, .down] == Int64(body.utf8.count) - 20)
            #expect(client.listener.cursor == 2)
            var tally = MessageTally()
            client.listener.chunks.add(to: &tally)
            #expect(tally.entries.map(\.count) == [2, 1])
        }
    }

    @Test("an item that a read brings before the chunk's end is reported with the chunk")
    func withinChunk() {
        var client = DialectClient(HTTPStreaming.self, setup { $0.boundary = .chunk })
        _ = client.listener.nextRequestDue(at: at(0))
        client.listener.responseBegan(status: 200, coding: Self.chunked)
        client.arrive(200, "9\r\n1,1,hell")
        #expect(client.events.isEmpty)
        #expect(client.listener.isWithinItem)
        client.arrive(200, "o")
        #expect(client.events == [.item(1, due: 1)])
        #expect(!client.listener.isWithinItem)
    }

    @Test("chunks can be items only in a chunked response")
    func unchunked() {
        var client = DialectClient(HTTPStreaming.self, setup { $0.boundary = .chunk })
        client.exchange(200, "1,1,a")
        #expect(
            client.events == [
                .fault(
                    "the server's response is not chunked, but each chunk should be an item; set another boundary "
                        + "of items")
            ])
        #expect(client.listener.wantsNoMore)
        #expect(client.ledger.tcpPayloadBytes(.down) == 5)
    }

    @Test("text without a last line end: the line is an item if the body is complete")
    func lines() {
        let body = "1,1,a\n2,1,b"
        for cut in 0...body.utf8.count {
            var client = DialectClient(HTTPStreaming.self, setup { $0.boundary = .line })
            client.exchange(200, body, cutAt: cut)
            #expect(client.events == [.item(1, due: 1), .item(2, due: 1), .ended("the server ended the stream")])
            #expect(client.payload == 10)
            #expect(client.envelope == 1)
            #expect(client.listener.target == "/stream?after=2")
        }
        var broken = DialectClient(HTTPStreaming.self, setup { $0.boundary = .line })
        _ = broken.listener.nextRequestDue(at: at(0))
        broken.arrive(200, body)
        #expect(broken.events == [.item(1, due: 1)])
    }

    @Test("with PushLab's items, the last line needs its end, and a notice is a gap")
    func ownItems() {
        var client = DialectClient(HTTPStreaming.self, setup { $0.target = "/lab/stream" })
        client.exchange(200, "1,1,a\noldest=9\n")
        #expect(client.events == [.item(1, due: 1), .gap(through: 8)])
        #expect(client.listener.target == "/lab/stream?after=8")
        client.exchange(200, "9,1,a")
        #expect(client.events.last == .fault("the stream ends inside an item"))
    }

    @Test("a stream can be one JSON array")
    func array() {
        let body = "[{\"seq\":1},\n{\"seq\":2}]"
        for cut in 0...body.utf8.count {
            var client = DialectClient(
                HTTPStreaming.self,
                setup {
                    $0.boundary = .jsonArray
                    $0.form = .foreign(ForeignForm(sequence: .pointer("/seq")))
                })
            client.exchange(200, body, cutAt: cut)
            #expect(client.events == [.foreign(1), .foreign(2), .ended("the server ended the stream")])
            #expect(client.listener.cursor == 2)
        }
    }

    @Test("validators of a stream's response are sent after it had an item")
    func validators() {
        var coding = ResponseCoding()
        coding.entityTag = "\"5\""
        var client = DialectClient(
            HTTPStreaming.self,
            setup {
                $0.boundary = .line
                $0.cursor = .validators
            })
        #expect(client.listener.wantsValidators)
        client.exchange(200, "\n", coding: coding)
        _ = client.listener.nextRequestDue(at: at(20_000))
        #expect(client.listener.fieldLines.isEmpty)
        client.exchange(200, "5,1,a", coding: coding)
        _ = client.listener.nextRequestDue(at: at(30_000))
        #expect(client.listener.fieldLines == ["If-None-Match: \"5\""])
    }

    @Test(
        "a status without items is nothing or a fault; after 204 only an event source stays away",
        arguments: [
            ("http-stream", 204, "", nil, false), ("http-stream", 304, "", nil, false),
            ("http-stream", 408, "late", nil, false), ("sse", 204, "", nil, true), ("sse", 408, "", nil, false),
            ("sse", 404, "not here", "the server answered 404: not here", false),
            ("http-stream", 410, "oldest=9", "the server answered 410: oldest=9", false),
        ] as [(String, Int, String, String?, Bool)])
    func statuses(name: String, status: Int, body: String, sentence: String?, isDismissed: Bool) throws {
        let transport = try #require(TransportRegistry.standard.push(named: name))
        var client = DialectClient(transport, setup { $0.cursor = .none })
        client.exchange(status, body)
        #expect(client.events == (sentence.map { [.fault($0)] } ?? []))
        #expect(client.envelope == Int64(body.utf8.count))
        let next = client.listener.nextRequestDue(at: at(20_000))
        #expect((next > at(1_000_000)) == isDismissed)
    }

    @Test("an item without a sequence ends the backoff too")
    func backoff() {
        var client = DialectClient(
            HTTPStreaming.self,
            setup {
                $0.boundary = .line
                $0.form = .foreign(ForeignForm())
            })
        for _ in 0..<6 { client.exchange(200, "") }
        #expect(client.exchange(200, "x\n", at: 10_000) > at(10_400))
        #expect(client.exchange(200, "", at: 10_000) <= at(10_050))
    }
}

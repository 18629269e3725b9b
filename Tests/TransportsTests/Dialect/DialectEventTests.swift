import Feed
import Measurement
import Testing
import WireAccounting

@testable import Transports

@Suite("SSE streams of servers with another dialect")
struct DialectEventTests {
    private static let coding = ResponseCoding(contentType: "text/event-stream; charset=utf-8")

    private static func resuming(_ change: (inout ServerDialect) -> Void = { _ in }) -> DialectClient {
        DialectClient(
            ServerSentEvents.self,
            setup {
                $0.cursor = .lastEventID
                change(&$0)
            })
    }

    // The field lines of the next request.
    private static func nextLines(_ client: inout DialectClient) -> [String] {
        _ = client.listener.nextRequestDue(at: at(20_000))
        return client.listener.fieldLines
    }

    private static let nchan =
        ": hi\n\nid: 1700000000:0\ndata: 1,1,abc\n\nid: 1700000001:0\nevent: other\ndata: x\n\n"
        + "event: message\r\ndata: 2,1,a\r\ndata: b\r\n\r\n"

    @Test("nchan's SSE: ids of any kind, multi-line data, unnamed events and those named message")
    func nchanEvents() {
        for cut in 0...Self.nchan.utf8.count {
            var client = Self.resuming { $0.target = "/events/feed" }
            #expect(client.listener.target == "/events/feed")
            #expect(client.listener.fieldLines == ["Accept: text/event-stream"])
            client.exchange(200, Self.nchan, coding: Self.coding, cutAt: cut)
            #expect(client.events == [.item(1, due: 1), .item(2, due: 1), .ended("the server ended the stream")])
            #expect(client.payload == 7 + 7)
            #expect(client.envelope == Int64(Self.nchan.utf8.count) - 14)
            // The id of the last event that had one.
            #expect(
                Self.nextLines(&client) == ["Accept: text/event-stream", "Last-Event-ID: 1700000001:0"],
                "cut at \(cut)")
        }
    }

    @Test(
        "the id of the last whole event is sent back, whatever it is",
        arguments: [
            ("id: a b ü\n\n", "a b ü"), ("id:x\n\nid: y\n", "x"), ("id: x\n\nid\n\n", nil),
            ("id: x\n\nid: \n\n", nil),
            ("id: x\n\nid: y\u{0}z\n\n", "x"), ("data: 1,1,a\n\n", nil), ("\u{feff}id: x\n\n", "x"),
            ("id: x\r\rid: y\r\n\r\n", "y"),
        ] as [(String, String?)])
    func ids(text: String, id: String?) {
        for cut in 0...text.utf8.count {
            var client = Self.resuming()
            client.exchange(200, text, coding: Self.coding, cutAt: cut)
            let lines = ["Accept: text/event-stream"] + (id.map { ["Last-Event-ID: \($0)"] } ?? [])
            #expect(Self.nextLines(&client) == lines, "cut at \(cut)")
        }
    }

    @Test("an id stays when the next stream brings no event")
    func idStays() {
        var client = Self.resuming()
        client.exchange(200, "id: x\n\n", coding: Self.coding)
        client.exchange(200, ":\n\n", coding: Self.coding)
        #expect(Self.nextLines(&client).last == "Last-Event-ID: x")
    }

    @Test("an id of 1,024 B is sent back, a longer one is a fault")
    func longIDs() {
        let id = String(repeating: "i", count: 1_024)
        var client = Self.resuming()
        client.exchange(200, "id: \(id)\n\n", coding: Self.coding)
        #expect(Self.nextLines(&client).last == "Last-Event-ID: \(id)")
        client.exchange(200, "id: \(id)i\n\n", coding: Self.coding)
        #expect(
            client.events.contains(
                .fault("the server sent an event id of 1025 B; Last-Event-ID carries up to 1024 B")))
        #expect(Self.nextLines(&client).last == "Last-Event-ID: \(id)")
        // Without that cursor no id matters.
        var other = DialectClient(ServerSentEvents.self, setup { $0.cursor = .none })
        other.exchange(200, "id: \(id)i\ndata: 1,1,a\n\n", coding: Self.coding)
        #expect(other.events.first == .item(1, due: 1))
        #expect(Self.nextLines(&other) == ["Accept: text/event-stream"])
    }

    @Test("with PushLab's cursor, an id must be the item's sequence, and the first cursor stays in the target")
    func ownCursor() {
        var client = DialectClient(ServerSentEvents.self, setup(cursor: 4) { $0.target = "/lab/events?x=1" })
        client.exchange(200, "id: 5\ndata: 5,1,a\n\nid: x\ndata: 6,1,b\n\n", coding: Self.coding)
        #expect(
            client.events.prefix(3) == [
                .item(5, due: 1),
                .fault("an event has id none, but its item has sequence 6; they must be equal"), .item(6, due: 1),
            ])
        #expect(client.listener.target == "/lab/events?x=1&after=4")
        #expect(Self.nextLines(&client) == ["Accept: text/event-stream", "Last-Event-ID: 6"])
    }

    @Test("items of another format, wherever the bytes are cut")
    func foreign() {
        let text = "data: {\"seq\":1,\ndata: \"t\":5}\n\ndata\n\ndata: {}\n\n"
        for cut in 0...text.utf8.count {
            var client = Self.resuming {
                $0.form = .foreign(
                    ForeignForm(sequence: .pointer("/seq"), sentAt: .pointer("/t"), unit: .milliseconds))
            }
            client.exchange(200, text, coding: Self.coding, cutAt: cut)
            #expect(
                client.events == [
                    .foreign(1, sent: 5_000_000),
                    .fault("the server sent an item without a sequence: there is no '/seq' in '{}'"),
                    .ended("the server ended the stream"),
                ], "cut at \(cut)")
            #expect(client.payload == 16 + 2)
            #expect(client.ledger.tcpPayloadBytes(.down) == Int64(text.utf8.count))
            #expect(client.listener.cursor == 1)
        }
    }

    @Test("the lines of an event, or the elements of an array in it, can be the items")
    func boundaries() {
        var lines = Self.resuming { $0.boundary = .line }
        lines.exchange(200, "data: 1,1,a\ndata:\ndata: 2,1,b\n\n", coding: Self.coding)
        #expect(lines.events.prefix(2) == [.item(1, due: 1), .item(2, due: 1)])
        #expect(lines.payload == 10)
        var array = Self.resuming { $0.boundary = .jsonArray }
        array.exchange(200, "data: [\"1,1,a\",\ndata: \"2,1,b\"]\n\ndata: [\n\n", coding: Self.coding)
        #expect(
            array.events.prefix(3) == [
                .item(1, due: 1), .item(2, due: 1), .fault("the server sent a JSON array without its end"),
            ])
        #expect(array.payload == 10)
    }

    @Test("another content type is a fault, as with PushLab's server")
    func contentType() {
        var client = Self.resuming()
        client.exchange(200, "data: 1,1,a\n\n", coding: ResponseCoding(contentType: "text/plain"))
        #expect(
            client.events == [
                .fault("the server sent an SSE stream as text/plain; browsers accept only text/event-stream")
            ])
    }

    @Test("the server's `retry` counts, and a stream that ends inside an event is a fault")
    func ends() {
        var client = Self.resuming()
        client.exchange(200, "retry: 3000\n\ndata: 1,1,a\n", coding: Self.coding)
        #expect(client.events == [.fault("the stream ends inside an item")])
        #expect(client.listener.nextRequestDue(at: at(20_000)) >= at(21_500))
    }

    @Test(
        "an endless line or event is one fault",
        arguments: ["x", "data: " + String(repeating: "x", count: 1_016) + "\n"])
    func endless(piece: String) {
        var client = Self.resuming()
        _ = client.listener.nextRequestDue(at: at(0))
        client.listener.responseBegan(status: 200, coding: Self.coding)
        let bytes = String(repeating: piece, count: (1 << 20) / piece.utf8.count)
        for _ in 0..<18 where !client.listener.wantsNoMore { client.arrive(200, bytes) }
        #expect(client.events == [.fault(ItemLimits.endlessItem)])
        #expect(client.ledger.tcpPayloadBytes(.down) == Int64(client.receivedBytes))
    }
}

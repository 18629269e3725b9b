import Feed
import HTTP
import Measurement
import NIOCore
import Testing

@testable import Transports

@Suite("Streamed responses")
struct StreamSubscriberTests {
    static let streams: [any PushTransport.Type] = [HTTPStreaming.self, ServerSentEvents.self]

    @Test("the headers, then the items after the cursor, then new items", arguments: 0..<2)
    func items(stream: Int) throws {
        var subscriber = try subscriber(Self.streams[stream], "?after=2")
        let opened = subscriber.opened(window(items: 4), at: at(0))
        #expect(opened.response?.status == .ok)
        #expect(opened.second == .message(.items(after: 2, through: 4)))
        #expect(opened.then == .stay)
        #expect(subscriber.itemPublished(window(items: 4)) == .none)
        #expect(subscriber.itemPublished(window(items: 6)) == SubscriberActions(.message(.items(after: 4, through: 6))))
    }

    @Test("without a cursor the stream begins with the oldest item kept", arguments: 0..<2)
    func withoutCursor(stream: Int) throws {
        var subscriber = try subscriber(Self.streams[stream], "")
        let opened = subscriber.opened(window(items: 10, capacity: 4), at: at(0))
        #expect(opened.second == .message(.items(after: 6, through: 10)))
    }

    @Test("a line stream has a Content-Type and a chunked body")
    func lineHead() throws {
        var subscriber = try subscriber(HTTPStreaming.self, "?after=2")
        let response = try #require(subscriber.opened(window(items: 2), at: at(0)).response)
        let head = String(buffer: response.encoded(ResponseContext(date: "D")))
        #expect(
            head == "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Type: text/plain; charset=utf-8\r\n"
                + "Transfer-Encoding: chunked\r\nCache-Control: no-store\r\n\r\n")
    }

    @Test("an SSE stream begins with a chunk that contains the reconnection time")
    func eventHead() throws {
        var subscriber = try subscriber(ServerSentEvents.self, "?after=2")
        let response = try #require(subscriber.opened(window(items: 2), at: at(0)).response)
        let head = String(buffer: response.encoded(ResponseContext(date: "D")))
        #expect(
            head == "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Type: text/event-stream\r\n"
                + "Transfer-Encoding: chunked\r\nCache-Control: no-store\r\n\r\nd\r\nretry: 1000\n\n\r\n")
    }

    @Test("HTTP/1.0 has no chunked coding: the end of the connection ends the body")
    func http10() throws {
        let head = try parseOne(request("GET /stream?after=3 HTTP/1.0"))
        var subscriber = try HTTPStreaming.makeSubscriber(for: FeedRequest(head), settings: ServerSettings())
        let window = window(items: 4)
        let opened = subscriber.opened(window, at: at(0))
        #expect(opened.response?.body == .stream(.unframed, beginning: ByteBuffer()))
        let context = EncodingContext(variant: subscriber.variant, date: "D")
        let items = HTTPStreaming.encode(.items(after: 3, through: 4), from: window, context: context)
        #expect(String(buffer: items) == "4,1,abcdef\n")
        #expect(subscriber.serverStopping(window) == SubscriberActions(then: .close))
    }

    @Test("a line stream refuses a cursor that is too old; SSE reports the gap and continues")
    func gapAtStart() throws {
        let window = window(items: 10, capacity: 4)
        var lines = try subscriber(HTTPStreaming.self, "?after=2")
        #expect(lines.opened(window, at: at(0)) == SubscriberActions(.message(.gap(oldest: 7)), then: .nextRequest))
        #expect(lines.itemPublished(window) == .none)
        var events = try subscriber(ServerSentEvents.self, "?after=2")
        let opened = events.opened(window, at: at(0))
        let beginning = "retry: 1000\n\nid: 6\nevent: gap\ndata: oldest=7\n\n"
        #expect(opened.response?.body == .stream(.chunked, beginning: BodyFraming.chunked.framed(beginning)))
        #expect(opened.second == .message(.items(after: 6, through: 10)))
    }

    @Test("a subscriber that fell behind gets a notice and is disconnected, or continues, depending on the policy")
    func fellBehind() throws {
        let later = window(items: 20, capacity: 4)
        for (stream, notice) in zip(Self.streams, ["oldest=17\n", "id: 16\nevent: gap\ndata: oldest=17\n\n"]) {
            var cutOff = try subscriber(stream, "?after=2")
            _ = cutOff.opened(window(items: 2), at: at(0))
            let actions = cutOff.itemPublished(later)
            let last = String(buffer: BodyFraming.chunked.framed(notice)) + "0\r\n\r\n"
            #expect(actions.first == .bytes(ByteBuffer(string: last)))
            #expect(actions.then == .close)
            #expect(actions.fellBehind)
            #expect(cutOff.itemPublished(later) == .none, "over is over")
            var skipping = try subscriber(stream, "?after=2", ServerSettings(slowSubscriber: .skip))
            _ = skipping.opened(window(items: 2), at: at(0))
            let expected = SubscriberActions(.message(.items(after: 16, through: 20)), skipped: 14)
            #expect(skipping.itemPublished(later) == expected)
        }
    }

    @Test("a stopping server ends the stream with its last chunk", arguments: 0..<2)
    func serverStops(stream: Int) throws {
        var subscriber = try subscriber(Self.streams[stream], "?after=2")
        _ = subscriber.opened(window(items: 2), at: at(0))
        let actions = subscriber.serverStopping(window(items: 2))
        #expect(actions == SubscriberActions(.bytes(ByteBuffer(string: "0\r\n\r\n")), then: .close))
        #expect(subscriber.serverStopping(window(items: 2)) == SubscriberActions(then: .close))
    }

    @Test("a comment follows each full period of silence, but not a period with items")
    func keepAlive() throws {
        var subscriber = try subscriber(ServerSentEvents.self, "?after=2", ServerSettings(keepAlive: .seconds(15)))
        let quiet = window(items: 2)
        #expect(subscriber.opened(quiet, at: at(0)).wakeAt == at(15_000))
        #expect(subscriber.clockReached(at(15_000), window: quiet) == SubscriberActions(wakeAt: at(30_000)))
        let comment = SubscriberActions.Write.bytes(ByteBuffer(string: "3\r\n:\n\n\r\n"))
        #expect(subscriber.clockReached(at(30_000), window: quiet) == SubscriberActions(comment, wakeAt: at(45_000)))
        _ = subscriber.itemPublished(window(items: 3))
        #expect(subscriber.clockReached(at(45_000), window: quiet) == SubscriberActions(wakeAt: at(60_000)))
        #expect(subscriber.clockReached(at(60_000), window: quiet) == SubscriberActions(comment, wakeAt: at(75_000)))
    }

    @Test("after the feed has ended, a client with every item gets 204; others get their items", arguments: 0..<2)
    func dismissed(stream: Int) throws {
        var ended = window(items: 4)
        ended.complete()
        var complete = try subscriber(Self.streams[stream], "?after=4")
        let actions = complete.opened(ended, at: at(0))
        #expect(actions.response?.status == .noContent)
        #expect(actions.then == .nextRequest)
        #expect(complete.itemPublished(ended) == .none, "over is over")
        var lacking = try subscriber(Self.streams[stream], "?after=3")
        #expect(lacking.opened(ended, at: at(0)).second == .message(.items(after: 3, through: 4)))
    }

    @Test("after the last item of the feed the response ends, and the connection stays usable", arguments: 0..<2)
    func feedEnds(stream: Int) throws {
        var subscriber = try subscriber(Self.streams[stream], "?after=2")
        _ = subscriber.opened(window(items: 2), at: at(0))
        var ended = window(items: 4)
        ended.complete()
        #expect(subscriber.itemPublished(ended) == SubscriberActions(.message(.items(after: 2, through: 4))))
        let last = SubscriberActions(.bytes(ByteBuffer(string: "0\r\n\r\n")), then: .nextRequest)
        #expect(subscriber.itemPublished(ended) == last)
        #expect(subscriber.itemPublished(ended) == .none, "over is over")
    }

    @Test("an HTTP/1.0 connection ends with the feed")
    func feedEndsHTTP10() throws {
        let head = try parseOne(request("GET /stream?after=4 HTTP/1.0"))
        var subscriber = try HTTPStreaming.makeSubscriber(for: FeedRequest(head), settings: ServerSettings())
        var window = window(items: 4)
        _ = subscriber.opened(window, at: at(0))
        window.complete()
        #expect(subscriber.itemPublished(window) == SubscriberActions(then: .close))
    }

    @Test(
        "Last-Event-ID takes precedence over the query",
        arguments: [
            ("?after=2", "7", 7), ("", "7", 7), ("?after=2", nil, 2), ("", nil, nil), ("?after=2", "", 2),
            ("", "", nil),
        ]
            as [(String, String?, UInt64?)])
    func lastEventID(query: String, id: String?, cursor: UInt64?) throws {
        let fields = ["GET /events\(query) HTTP/1.1", "Host: a"] + (id.map { ["Last-Event-ID: \($0)"] } ?? [])
        let head = try parseOne(Array((fields.joined(separator: "\r\n") + "\r\n\r\n").utf8))
        #expect(try ServerSentEvents.cursor(of: FeedRequest(head)) == cursor)
    }

    @Test(
        "an id that is not a valid sequence is refused",
        arguments: ["x", "-1", "+1", "1.5", "9223372036854775807", "184467440737095516160"])
    func badLastEventID(id: String) throws {
        let head = try parseOne(request("GET /events HTTP/1.1", "Host: a", "Last-Event-ID: \(id)"))
        let fault = #expect(throws: RequestFault.self) { try ServerSentEvents.cursor(of: FeedRequest(head)) }
        #expect(fault?.status == .badRequest)
    }

    @Test("accel-buffering sets X-Accel-Buffering; other values are refused")
    func buffering() throws {
        var subscriber = try subscriber(HTTPStreaming.self, "?accel-buffering=no")
        let response = subscriber.opened(window(items: 0), at: at(0)).response
        #expect(response?.fields.contains(ResponseField("X-Accel-Buffering", "no")) == true)
        #expect(throws: RequestFault(.badRequest, "accel-buffering is 'off'; allowed: no, yes")) {
            _ = try self.subscriber(HTTPStreaming.self, "?accel-buffering=off")
        }
    }

    private func subscriber(
        _ stream: any PushTransport.Type, _ query: String, _ settings: ServerSettings = ServerSettings()
    ) throws -> any Subscriber {
        try stream.makeSubscriber(for: feedRequest("\(stream.entrance.text)\(query)"), settings: settings)
    }
}

extension SubscriberActions {
    fileprivate var response: HTTPResponse? {
        guard case .response(let response) = first else { return nil }
        return response
    }
}

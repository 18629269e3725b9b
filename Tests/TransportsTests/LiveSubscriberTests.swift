import Feed
import HTTP
import NIOCore
import Testing

@testable import Transports

@Suite("Subscribers that the driver need not ask")
struct LiveSubscriberTests {
    private static let streams = ["stream", "sse", "websocket", "tcp"]

    /// A subscriber that has the items of ``window(items:capacity:)`` up to `cursor`.
    private func subscriber(
        _ name: String, after cursor: UInt64, _ fields: [String] = []
    ) throws -> any Subscriber {
        var made: any Subscriber
        switch name {
        case "stream":
            made = try HTTPStreaming.makeSubscriber(
                for: feedRequest("/stream?after=\(cursor)"), settings: ServerSettings())
        case "sse":
            made = try ServerSentEvents.makeSubscriber(
                for: feedRequest("/events?after=\(cursor)"), settings: ServerSettings())
        case "tcp":
            var line = ByteBuffer(string: "FEED after=\(cursor)\n")
            let opening = try #require(try FirstLine.next(from: &line, word: RawTCP.firstWord))
            made = RawTCP.makeSubscriber(for: opening, settings: ServerSettings())
        default:
            let lines = [
                "GET /ws?after=\(cursor) HTTP/1.1", "Host: a", "Upgrade: websocket", "Connection: Upgrade",
                "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            ]
            let head = try parseOne(Array(((lines + fields).joined(separator: "\r\n") + "\r\n\r\n").utf8))
            made = try WebSocketPush.makeSubscriber(for: FeedRequest(head), settings: ServerSettings())
        }
        _ = made.opened(window(items: cursor), at: at(0))
        return made
    }

    @Test("what is delivered without asking is what it would have sent, and then it goes on alike", arguments: streams)
    func same(name: String) throws {
        for later in [4, 9] as [UInt64] {
            var (asked, told) = (try subscriber(name, after: 3), try subscriber(name, after: 3))
            #expect(asked.liveCursor == 3)
            let now = window(items: later)
            let message = try #require(FeedMessage(allOf: now, after: 3, settings: ServerSettings()))
            #expect(asked.itemPublished(now) == SubscriberActions(.message(message)))
            told.delivered(through: later)
            #expect(told.liveCursor == later)
            #expect(asked.liveCursor == later)
            #expect(told.itemPublished(now) == .none)
            for second in 1...3 {
                let time = at(Int64(second) * 16_000)
                #expect(told.clockReached(time, window: now) == asked.clockReached(time, window: now))
            }
            let more = window(items: later + 2)
            #expect(told.itemPublished(more) == asked.itemPublished(more))
            #expect(told.serverStopping(more) == asked.serverStopping(more))
            #expect(told.liveCursor == nil)
        }
    }

    @Test("items that are several messages, or partly lost, are delivered to each by itself")
    func several() {
        #expect(FeedMessage(allOf: window(items: 5), after: 2, settings: ServerSettings(batchByteLimit: 20)) == nil)
        #expect(FeedMessage(allOf: window(items: 5), after: 3, settings: ServerSettings(batchByteLimit: 20)) != nil)
        #expect(FeedMessage(allOf: window(items: 9, capacity: 4), after: 4, settings: ServerSettings()) == nil)
        #expect(FeedMessage(allOf: window(items: 9, capacity: 4), after: 5, settings: ServerSettings()) != nil)
        #expect(FeedMessage(allOf: window(items: 5), after: 5, settings: ServerSettings()) == nil)
    }

    @Test("a client whose messages depend on earlier ones is asked, and so is one that has been sent a Close")
    func asked() throws {
        let takeover = "Sec-WebSocket-Extensions: permessage-deflate"
        #expect(try subscriber("websocket", after: 3, [takeover]).liveCursor == nil)
        #expect(try subscriber("websocket", after: 3, [takeover + "; server_no_context_takeover"]).liveCursor == 3)
        var closing = try subscriber("websocket", after: 3)
        // A client's Close without a code; its mask key is 0.
        var close = ByteBuffer(bytes: [0x88, 0x80, 0, 0, 0, 0])
        _ = closing.received(&close, window: window(items: 3))
        #expect(closing.liveCursor == nil)
    }

    @Test("polls are asked")
    func polls() throws {
        for transport in [ShortPolling.self, LongPolling.self] as [any PushTransport.Type] {
            var subscriber = try transport.makeSubscriber(
                for: feedRequest("\(transport.entrance.text)?after=3"), settings: ServerSettings())
            _ = subscriber.opened(window(items: 3), at: at(0))
            #expect(subscriber.liveCursor == nil)
        }
    }
}

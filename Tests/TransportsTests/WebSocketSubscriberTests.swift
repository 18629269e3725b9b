import Feed
import HTTP
import Measurement
import NIOCore
import Testing
import WebSocketProtocol

@testable import Transports

@Suite("The server's half of a WebSocket")
struct WebSocketSubscriberTests {
    @Test("missed items are sent with the 101")
    func backlog() throws {
        var subscriber = try subscriber("/ws?after=7")
        let actions = subscriber.opened(window(items: 10, capacity: 4), at: at(0))
        #expect(text(actions.first)?.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n") == true)
        #expect(actions.second == .message(.items(after: 7, through: 10)))
        #expect(actions.then == .stay)
    }

    @Test("a client without a cursor begins with the oldest item kept")
    func noCursor() throws {
        var subscriber = try subscriber("/ws")
        let second = subscriber.opened(window(items: 10, capacity: 4), at: at(0)).second
        #expect(second == .message(.items(after: 6, through: 10)))
    }

    @Test("each item is sent once, in batches")
    func itemsOnce() throws {
        var subscriber = try subscriber("/ws?after=2", ServerSettings(batchByteLimit: 20))
        #expect(subscriber.opened(window(items: 2), at: at(0)).second == nil)
        #expect(subscriber.itemPublished(window(items: 2)) == .none)
        let five = window(items: 5)
        #expect(subscriber.itemPublished(five) == SubscriberActions(.message(.items(after: 2, through: 4))))
        #expect(subscriber.itemPublished(five) == SubscriberActions(.message(.items(after: 4, through: 5))))
        #expect(subscriber.itemPublished(five) == .none)
    }

    @Test(
        "a cursor older than the window closes with 4410 under either policy", arguments: SlowSubscriberPolicy.allCases
    )
    func gapAtTheBeginning(policy: SlowSubscriberPolicy) throws {
        var subscriber = try subscriber("/ws?after=2", ServerSettings(slowSubscriber: policy))
        let actions = subscriber.opened(window(items: 10, capacity: 4), at: at(0))
        #expect(actions.first != nil)
        #expect(bytes(actions.second) == [0x88, 10, 0x11, 0x3a] + Array("oldest=7".utf8))
        #expect(actions.then == .awaitPeer)
        #expect(!actions.fellBehind)
    }

    @Test("a slow client gets a gap notice, is counted and closed")
    func slowIsDisconnected() throws {
        var subscriber = try subscriber("/ws?after=10")
        _ = subscriber.opened(window(items: 10, capacity: 4), at: at(0))
        let actions = subscriber.itemPublished(window(items: 30, capacity: 4))
        #expect(bytes(actions.first) == [0x88, 11, 0x11, 0x3a] + Array("oldest=27".utf8))
        #expect(actions.then == .awaitPeer)
        #expect(actions.fellBehind)
        #expect(subscriber.itemPublished(window(items: 31, capacity: 4)) == .none)
    }

    @Test("under the policy skip it continues with the oldest item kept, and lost items are counted")
    func slowSkips() throws {
        var subscriber = try subscriber("/ws?after=10", ServerSettings(slowSubscriber: .skip))
        _ = subscriber.opened(window(items: 10, capacity: 4), at: at(0))
        let actions = subscriber.itemPublished(window(items: 30, capacity: 4))
        #expect(actions == SubscriberActions(.message(.items(after: 26, through: 30)), skipped: 16))
        #expect(subscriber.itemPublished(window(items: 30, capacity: 4)) == .none)
    }

    @Test("a Ping is answered, a Pong is not")
    func pings() throws {
        var subscriber = try subscriber("/ws?after=0")
        _ = subscriber.opened(window(items: 0), at: at(0))
        let pong = subscriber.received(wire: masked(0x89, Array("hi".utf8)))
        #expect(bytes(pong.first) == [0x8a, 2] + Array("hi".utf8))
        #expect(pong.then == .stay)
        #expect(subscriber.received(wire: masked(0x8a, Array("hi".utf8))) == .none)
    }

    @Test("a Close is answered with its code, and then the connection ends")
    func closing() throws {
        var subscriber = try subscriber("/ws?after=0")
        _ = subscriber.opened(window(items: 0), at: at(0))
        let actions = subscriber.received(wire: masked(0x88, [0x03, 0xe8] + Array("bye".utf8)))
        #expect(bytes(actions.first) == [0x88, 2, 0x03, 0xe8])
        #expect(actions.then == .close)
        #expect(subscriber.itemPublished(window(items: 1)) == .none)
    }

    @Test(
        "a protocol violation closes the connection with the matching code",
        arguments: [
            ([0x81, 0x00], 1_002), ([0xc1, 0x80, 0, 0, 0, 0], 1_002), ([0x83, 0x80, 0, 0, 0, 0], 1_002),
            ([0x81, 0x81, 0, 0, 0, 0, 0xff], 1_007), ([0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0], 1_009),
        ] as [([UInt8], UInt16)])
    func protocolErrors(wire: [UInt8], code: UInt16) throws {
        var subscriber = try subscriber("/ws?after=0")
        _ = subscriber.opened(window(items: 0), at: at(0))
        let actions = subscriber.received(wire: wire)
        #expect(bytes(actions.first) == [0x88, 2, UInt8(code >> 8), UInt8(code & 0xff)])
        #expect(actions.then != .stay)
    }

    @Test("a stopping server closes with 1001 and waits for the answer")
    func serverStops() throws {
        var subscriber = try subscriber("/ws?after=0")
        _ = subscriber.opened(window(items: 0), at: at(0))
        let actions = subscriber.serverStopping(window(items: 0))
        #expect(bytes(actions.first) == [0x88, 18, 0x03, 0xe9] + Array("the server stops".utf8))
        #expect(actions.then == .awaitPeer)
        #expect(subscriber.received(wire: masked(0x88, [0x03, 0xe9])).then == .close)
    }

    @Test(
        "an invalid WebSocket request is refused",
        arguments: [
            (["Host: a"], .upgradeRequired), (upgrade + ["Sec-WebSocket-Version: 8"], .upgradeRequired),
            (upgrade + ["Sec-WebSocket-Version: 13", "Origin: http://evil.example"], .forbidden),
            (upgrade + ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: abc"], .badRequest),
        ] as [([String], HTTPStatus)])
    func refused(fields: [String], status: HTTPStatus) throws {
        let wire = Array((["GET /ws HTTP/1.1"] + fields).joined(separator: "\r\n").utf8) + Array("\r\n\r\n".utf8)
        let request = try FeedRequest(try parseOne(wire))
        var settings = ServerSettings()
        settings.origins = try OriginPolicy(allowed: ["http://good.example"])
        do throws(RequestFault) {
            _ = try WebSocketPush.makeSubscriber(for: request, settings: settings)
            Issue.record("the request was accepted")
        } catch {
            #expect(error.status == status)
        }
    }

    private static let upgrade = ["Host: a", "Upgrade: websocket", "Connection: Upgrade"]

    private func subscriber(_ target: String, _ settings: ServerSettings = ServerSettings()) throws -> any Subscriber {
        let head = try parseOne(
            request(
                "GET \(target) HTTP/1.1", "Host: a", "Upgrade: websocket", "Connection: Upgrade",
                "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="))
        return try WebSocketPush.makeSubscriber(for: FeedRequest(head), settings: settings)
    }

    // A client's frame with mask key 0.
    private func masked(_ first: UInt8, _ payload: [UInt8]) -> [UInt8] {
        [first, 0x80 | UInt8(payload.count), 0, 0, 0, 0] + payload
    }

    private func bytes(_ write: SubscriberActions.Write?) -> [UInt8]? {
        guard case .bytes(let buffer) = write else { return nil }
        return Array(buffer.readableBytesView)
    }

    private func text(_ write: SubscriberActions.Write?) -> String? {
        bytes(write).map { String(decoding: $0, as: UTF8.self) }
    }
}

extension Subscriber {
    fileprivate mutating func received(wire: [UInt8]) -> SubscriberActions {
        var buffer = ByteBuffer(bytes: wire)
        return received(&buffer, window: window(items: 0))
    }
}

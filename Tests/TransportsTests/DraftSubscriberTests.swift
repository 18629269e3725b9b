import Feed
import HTTP
import Measurement
import NIOCore
import Testing

@testable import Transports

@Suite("The server's half of a WebSocket in a hixie draft")
struct DraftSubscriberTests {
    private static let tail = Array("^n:ds[4U".utf8)

    @Test("hixie-75: missed items are sent with the 101")
    func backlog75() throws {
        var subscriber = try subscriber(hixie75("/ws?after=7"))
        let actions = subscriber.opened(window(items: 10, capacity: 4), at: at(0))
        #expect(text(actions.first)?.hasPrefix("HTTP/1.1 101 Web Socket Protocol Handshake\r\n") == true)
        #expect(text(actions.first)?.contains("\r\nWebSocket-Location: ws://a/ws?after=7\r\n") == true)
        #expect(actions.second == .message(.items(after: 7, through: 10)))
        #expect(actions.then == .stay)
    }

    @Test("hixie-76: nothing is sent before the eight bytes after the headers have arrived", arguments: [1, 3, 8])
    func backlog76(chunkBytes: Int) throws {
        var subscriber = try subscriber(hixie76("/ws?after=7"))
        let ten = window(items: 10, capacity: 4)
        let waiting = subscriber.opened(ten, at: at(0))
        #expect(waiting == SubscriberActions(wakeAt: at(10_000)))
        #expect(subscriber.itemPublished(ten) == .none)
        var inbound = ByteBuffer()
        var actions = SubscriberActions.none
        var rest = (Self.tail + [0xFF, 0x00])[...]
        while actions == .none, !rest.isEmpty {
            inbound.writeBytes(rest.prefix(chunkBytes))
            rest = rest.dropFirst(chunkBytes)
            actions = subscriber.received(&inbound, window: ten)
        }
        #expect(text(actions.first)?.hasSuffix("\r\n\r\n8jKS'y:G*Co,Wxa-") == true)
        #expect(actions.second == .message(.items(after: 7, through: 10)))
        // The bytes after the eight bytes are the client's first frame.
        inbound.writeBytes(rest)
        #expect(inbound.readableBytes == 2)
        let closing = subscriber.received(&inbound, window: ten)
        #expect(bytes(closing.first) == [0xFF, 0x00])
        #expect(closing.then == .close)
    }

    @Test("a client that does not send its eight bytes is dropped; one that sent them is not")
    func halfOpen() throws {
        var silent = try subscriber(hixie76("/ws?after=0"))
        _ = silent.opened(window(items: 0), at: at(0))
        #expect(silent.clockReached(at(10_000), window: window(items: 0)).then == .close)
        var quick = try subscriber(hixie76("/ws?after=0"))
        _ = quick.opened(window(items: 0), at: at(0))
        _ = quick.received(wire: Self.tail)
        #expect(quick.clockReached(at(10_000), window: window(items: 0)) == .none)
    }

    @Test("each item is sent once, as text between 0x00 and 0xFF")
    func frames() throws {
        var subscriber = try subscriber(hixie75("/ws?after=2"))
        #expect(subscriber.opened(window(items: 2), at: at(0)).second == nil)
        let four = window(items: 4)
        #expect(subscriber.itemPublished(four) == SubscriberActions(.message(.items(after: 2, through: 4))))
        #expect(subscriber.itemPublished(four) == .none)
        let encoded = WebSocketPush.encode(
            .items(after: 2, through: 4), from: four,
            context: EncodingContext(variant: subscriber.variant, date: "", closing: false))
        let wire = [0x00] + Array("3,1,abcdef".utf8) + [0xFF, 0x00] + Array("4,1,abcdef".utf8) + [0xFF]
        #expect(Array(encoded.readableBytesView) == wire)
    }

    @Test("a gap is reported in a message that is not an item, and the connection ends as the draft prescribes")
    func gap() throws {
        let ten = window(items: 10, capacity: 4)
        var older = try subscriber(hixie75("/ws?after=2"))
        let actions75 = older.opened(ten, at: at(0))
        #expect(bytes(actions75.second) == [0x00] + Array("oldest=7".utf8) + [0xFF])
        #expect(actions75.then == .close)
        var newer = try subscriber(hixie76("/ws?after=2"))
        _ = newer.opened(ten, at: at(0))
        let actions76 = newer.received(wire: Self.tail, ten)
        #expect(bytes(actions76.second) == [0x00] + Array("oldest=7".utf8) + [0xFF, 0xFF, 0x00])
        #expect(actions76.then == .awaitPeer)
        #expect(!actions76.fellBehind)
        #expect(newer.itemPublished(window(items: 11, capacity: 4)) == .none)
    }

    @Test("a slow client gets a gap notice and is counted, or skips items", arguments: SlowSubscriberPolicy.allCases)
    func slow(policy: SlowSubscriberPolicy) throws {
        var subscriber = try subscriber(hixie75("/ws?after=10"), ServerSettings(slowSubscriber: policy))
        _ = subscriber.opened(window(items: 10, capacity: 4), at: at(0))
        let actions = subscriber.itemPublished(window(items: 30, capacity: 4))
        switch policy {
        case .disconnect:
            #expect(bytes(actions.first) == [0x00] + Array("oldest=27".utf8) + [0xFF])
            #expect(actions.fellBehind)
        case .skip:
            #expect(actions == SubscriberActions(.message(.items(after: 26, through: 30)), skipped: 16))
        }
    }

    @Test(
        "a client that violates the protocol is dropped without a message",
        arguments: [[0x00, 0xC0], [0x80, 0xFF, 0xFF, 0x7F]])
    func hostile(wire: [UInt8]) throws {
        var subscriber = try subscriber(hixie76("/ws?after=0"))
        _ = subscriber.opened(window(items: 0), at: at(0))
        _ = subscriber.received(wire: Self.tail)
        #expect(subscriber.received(wire: wire) == SubscriberActions(then: .close))
    }

    @Test("a stopping server sends hixie-76's closing frame and waits; hixie-75 has none")
    func serverStops() throws {
        var newer = try subscriber(hixie76("/ws?after=0"))
        _ = newer.opened(window(items: 0), at: at(0))
        #expect(newer.serverStopping(window(items: 0)) == SubscriberActions(then: .close))
        newer = try subscriber(hixie76("/ws?after=0"))
        _ = newer.opened(window(items: 0), at: at(0))
        _ = newer.received(wire: Self.tail)
        let actions = newer.serverStopping(window(items: 0))
        #expect(bytes(actions.first) == [0xFF, 0x00])
        #expect(actions.then == .awaitPeer)
        var older = try subscriber(hixie75("/ws?after=0"))
        _ = older.opened(window(items: 0), at: at(0))
        #expect(older.serverStopping(window(items: 0)) == SubscriberActions(then: .close))
    }

    @Test("the strict parser accepts hixie requests, and leaves the eight bytes unread", arguments: [1, 7, .max])
    func parsing(chunkBytes: Int) throws {
        var parser = RequestParser()
        var buffer = ByteBuffer()
        var rest = (hixie76("/ws") + Self.tail)[...]
        var heads: [RequestHead] = []
        while !rest.isEmpty, heads.isEmpty {
            buffer.writeBytes(rest.prefix(chunkBytes))
            rest = rest.dropFirst(chunkBytes)
            if let head = try parser.next(from: &buffer) { heads.append(head) }
        }
        #expect(heads.first?.value(of: "sec-websocket-key1") == "4 @1  46546xW%0l 1 5")
        #expect(heads.first?.value(of: "sec-websocket-key2") == "12998 5 Y3 1  .P00")
        #expect(Array(buffer.readableBytesView) + rest == Self.tail)
    }

    @Test("every draft is answered 426 unless the user enabled drafts")
    func switchedOff() throws {
        let requests = [
            hixie75("/ws"), hixie76("/ws"),
            request(
                "GET /ws HTTP/1.1", "Host: a", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 8"),
        ]
        for wire in requests {
            let head = try parseOne(wire)
            #expect(throws: RequestFault.self) {
                do throws(RequestFault) {
                    _ = try WebSocketPush.makeSubscriber(for: FeedRequest(head), settings: ServerSettings())
                } catch {
                    #expect(error.status == .upgradeRequired)
                    throw error
                }
            }
        }
    }

    @Test("hybi-07 and hybi-10 are served like RFC 6455 if the user enabled drafts", arguments: ["7", "8"])
    func hybi(number: String) throws {
        var subscriber = try subscriber(
            request(
                "GET /ws?after=7 HTTP/1.1", "Host: a", "Upgrade: websocket", "Connection: Upgrade",
                "Sec-WebSocket-Version: \(number)", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="))
        let actions = subscriber.opened(window(items: 10, capacity: 4), at: at(0))
        #expect(text(actions.first)?.contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n") == true)
        #expect(actions.second == .message(.items(after: 7, through: 10)))
        #expect(subscriber.variant == 0)
    }

    private func hixie75(_ target: String) -> [UInt8] {
        request(
            "GET \(target) HTTP/1.1", "Upgrade: WebSocket", "Connection: Upgrade", "Host: a", "Origin: http://a")
    }

    private func hixie76(_ target: String) -> [UInt8] {
        request(
            "GET \(target) HTTP/1.1", "Upgrade: WebSocket", "Connection: Upgrade", "Host: a", "Origin: http://a",
            "Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5", "Sec-WebSocket-Key2: 12998 5 Y3 1  .P00")
    }

    private func subscriber(_ wire: [UInt8], _ settings: ServerSettings = ServerSettings()) throws -> any Subscriber {
        var settings = settings
        settings.acceptsLegacyWebSocket = true
        return try WebSocketPush.makeSubscriber(for: FeedRequest(try parseOne(wire)), settings: settings)
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
    fileprivate mutating func received(wire: [UInt8], _ items: FeedWindow = window(items: 0)) -> SubscriberActions {
        var buffer = ByteBuffer(bytes: wire)
        return received(&buffer, window: items)
    }
}

import HTTP
import Measurement
import NIOCore
import Testing
import WebSocketProtocol

@testable import Transports

@Suite("Memory budgets for all clients")
struct MemoryBudgetTests {
    @Test("a share grows up to the budget, and is released with its owner")
    func shares() throws {
        let budget = MemoryBudget(bytes: 100)
        let first = MemoryShare(of: budget)
        #expect(first.resize(to: 60))
        do {
            let second = MemoryShare(of: budget)
            #expect(second.resize(to: 40))
            #expect(!second.resize(to: 41))
            #expect(budget.takenBytes == 100)
        }
        #expect(budget.takenBytes == 60)
        #expect(first.resize(to: 100))
        #expect(first.resize(to: 1))
        #expect(budget.takenBytes == 1)
        #expect(MemoryShare(of: nil) == nil)
    }

    @Test(
        "an incomplete message above the budget closes its connection with 1009 and releases its memory",
        arguments: ["/ws", "/echo"])
    func unfinishedMessage(path: String) throws {
        var settings = ServerSettings()
        let budget = MemoryBudget(bytes: 10_000)
        settings.messageMemory = budget
        var others: [any Subscriber] = []
        for number in 1...4 {
            var subscriber = try open(path, settings)
            let actions = subscriber.received(wire: Self.part)
            if number < 4 {
                #expect(actions.then == .stay)
                #expect(budget.takenBytes == number * 3_000)
                others.append(subscriber)
            } else {
                #expect(closeCode(actions) == 1_009)
                #expect(actions.then == .close)
                #expect(budget.takenBytes == 9_000)
                #expect(subscriber.received(wire: Self.part).first == nil, "later input is discarded")
                #expect(budget.takenBytes == 9_000)
            }
        }
        // A message that arrives in one piece needs no budget, and a completed message releases its part.
        var whole = try open(path, settings)
        #expect(whole.received(wire: [0x82, 0x81, 0, 0, 0, 0, 0x61]).then == .stay)
        var finished = others.removeLast()
        _ = finished.received(wire: [UInt8](repeating: 0, count: 1_000))
        #expect(budget.takenBytes == 6_000)
        others.removeAll()
        #expect(budget.takenBytes == 0)
    }

    @Test("endless fragments close their connection with 1009")
    func fragments() throws {
        var settings = ServerSettings()
        settings.messageMemory = MemoryBudget(bytes: 10_000)
        var subscriber = try open("/echo", settings)
        let fragment: [UInt8] = [0x02, 0xfe, 0x10, 0x00, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 4_096)
        #expect(subscriber.received(wire: fragment).then == .stay)
        let next = [0x00] + fragment.dropFirst()
        #expect(subscriber.received(wire: next).then == .stay)
        #expect(closeCode(subscriber.received(wire: next)) == 1_009)
    }

    @Test("a message must be complete in time, even if bytes keep arriving", arguments: ["/ws", "/echo"])
    func messageTimeout(path: String) throws {
        var settings = ServerSettings()
        settings.messageTimeout = .seconds(30)
        settings.pingInterval = .zero
        var subscriber = try open(path, settings)
        #expect(!subscriber.wantsClock)
        _ = subscriber.received(wire: Array(Self.part.prefix(20)))
        #expect(subscriber.wantsClock)
        #expect(subscriber.clockReached(at(5_000), window: window(items: 0)).wakeAt == at(35_000))
        _ = subscriber.received(wire: [0])
        #expect(subscriber.clockReached(at(34_999), window: window(items: 0)).wakeAt == at(35_000))
        let late = subscriber.clockReached(at(35_000), window: window(items: 0))
        #expect(closeCode(late) == 1_008)
        #expect(late.then == .close)
    }

    @Test("a completed message stops its time limit, and the next message starts a new one")
    func messageCompleted() throws {
        var settings = ServerSettings()
        settings.messageTimeout = .seconds(30)
        settings.pingInterval = .seconds(20)
        var subscriber = try open("/echo", settings)
        _ = subscriber.received(wire: [0x82, 0x81, 0, 0])
        #expect(subscriber.clockReached(at(1_000), window: window(items: 0)).wakeAt != nil)
        #expect(!subscriber.wantsClock, "the deadline is set")
        _ = subscriber.received(wire: [0, 0, 0x61, 0x82])
        #expect(subscriber.wantsClock, "another message has begun")
        let wakeAt = subscriber.clockReached(at(29_000), window: window(items: 0)).wakeAt
        #expect(wakeAt.map { $0 <= at(59_000) } == true)
        #expect(subscriber.clockReached(at(58_999), window: window(items: 0)).then == .stay)
    }

    @Test("without memory for compression, /ws compresses each message on its own, and /echo does not compress")
    func compression() throws {
        var settings = ServerSettings()
        let each = DeflateParameters().contextBytes(at: .server)
        #expect((250_000...350_000).contains(each))
        let budget = MemoryBudget(bytes: each)
        settings.deflateMemory = budget
        let offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"
        let (first, agreed) = try openWithResponse("/ws", settings, offer)
        #expect(agreed.contains("Sec-WebSocket-Extensions: permessage-deflate\r\n"))
        #expect(budget.takenBytes == each)
        let forgetful = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
        #expect(try openWithResponse("/ws", settings, offer).response.contains("\(forgetful)\r\n"))
        #expect(try !openWithResponse("/echo", settings, offer).response.contains("deflate"))
        // Without context takeover, compression needs no memory.
        #expect(
            try openWithResponse("/ws", settings, "\(offer); server_no_context_takeover").response.contains(forgetful))
        withExtendedLifetime(first) {}
    }

    @Test("released memory for compression is available to the next client")
    func compressionAgain() throws {
        var settings = ServerSettings()
        let budget = MemoryBudget(bytes: DeflateParameters().contextBytes(at: .server))
        settings.deflateMemory = budget
        for _ in 0..<3 {
            let (subscriber, response) = try openWithResponse(
                "/ws", settings, "Sec-WebSocket-Extensions: permessage-deflate")
            #expect(response.contains("Sec-WebSocket-Extensions: permessage-deflate\r\n"))
            withExtendedLifetime(subscriber) {}
        }
        #expect(budget.takenBytes == 0)
    }

    // The first 3,000 B of a frame with 4,000 B of payload; the mask is 0.
    private static let part: [UInt8] = [0x82, 0xfe, 0x0f, 0xa0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 3_000)

    private func open(_ path: String, _ settings: ServerSettings) throws -> any Subscriber {
        try openWithResponse(path, settings, "X-Nothing: 1").subscriber
    }

    private func openWithResponse(
        _ path: String, _ settings: ServerSettings, _ field: String
    ) throws -> (subscriber: any Subscriber, response: String) {
        let head = try parseOne(
            request(
                "GET \(path) HTTP/1.1", "Host: a", "Upgrade: websocket", "Connection: Upgrade",
                "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", field))
        var subscriber =
            path == "/echo"
            ? try EchoSubscriber(for: head, settings: settings)
            : try WebSocketPush.makeSubscriber(for: FeedRequest(head), settings: settings)
        guard case .bytes(let response)? = subscriber.opened(window(items: 0), at: at(0)).first else {
            throw RequestFault(.badRequest, "no response")
        }
        return (subscriber, String(buffer: response))
    }

    private func closeCode(_ actions: SubscriberActions) -> Int? {
        guard case .bytes(let bytes)? = actions.first, bytes.readableBytes >= 4,
            bytes.getBytes(at: 0, length: 1) == [0x88]
        else { return nil }
        return bytes.getInteger(at: 2, as: UInt16.self).map(Int.init)
    }
}

extension Subscriber {
    fileprivate mutating func received(wire: some Sequence<UInt8>) -> SubscriberActions {
        var buffer = ByteBuffer(bytes: wire)
        return received(&buffer, window: window(items: 0))
    }
}

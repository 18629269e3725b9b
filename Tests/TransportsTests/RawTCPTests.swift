import Feed
import HTTP
import NIOCore
import Testing
import WireAccounting

@testable import Transports

@Suite("Raw TCP")
struct RawTCPTests {
    @Test(
        "the first line is read from bytes split at any positions", arguments: [1, 3, .max],
        [("FEED after=0\n", 0), ("FEED after=17\n", 17), ("FEED after=17\r\n", 17), ("FEED\n", nil)]
            as [(String, UInt64?)])
    func opening(chunkBytes: Int, line: (text: String, after: UInt64?)) throws {
        var buffer = ByteBuffer()
        var opening: FirstLine?
        var rest = Array(line.text.utf8)[...]
        while !rest.isEmpty {
            #expect(opening == nil)
            buffer.writeBytes(rest.prefix(chunkBytes))
            rest = rest.dropFirst(chunkBytes)
            opening = try FirstLine.next(from: &buffer, word: RawTCP.firstWord)
        }
        #expect(try #require(opening).after == line.after)
        #expect(buffer.readableBytes == 0)
    }

    @Test(
        "an invalid first line is refused",
        arguments: [
            "FEED \n", "FEED after\n", "FEED after=\n", "FEED after=x\n", "FEED after=-1\n", "FEED after=1 \n",
            "FEED  after=1\n", "FEED before=1\n", "FEED after=9223372036854775807\n", "FEED /poll HTTP/1.1\r\n",
            "FEED after=" + String(repeating: "0", count: 64),
        ])
    func badOpening(line: String) {
        var buffer = ByteBuffer(string: line)
        let fault = #expect(throws: RequestFault.self) { try FirstLine.next(from: &buffer, word: RawTCP.firstWord) }
        #expect(fault?.status == .badRequest)
        #expect(fault?.sentence.hasPrefix("the first line is ") == true)
    }

    @Test(
        "the first bytes distinguish a raw client from an HTTP request",
        arguments: [
            ("F", nil), ("FE", nil), ("FEED", nil), ("FEED ", true), ("FEED\n", true), ("FEED\r", true), ("G", false),
            ("FEEDS", false), ("FEE ", false), ("FETCH / HTTP/1.1", false), ("feed ", false), ("\r\nFEED ", false),
        ] as [(String, Bool?)])
    func begins(text: String, isRaw: Bool?) {
        #expect(FirstLine.begins(ByteBuffer(string: text), with: RawTCP.firstWord) == isRaw)
    }

    @Test("the items after the cursor are sent, then new items")
    func subscriber() {
        var subscriber = RawTCP.makeSubscriber(for: opening("FEED after=2\n"), settings: ServerSettings())
        let opened = subscriber.opened(window(items: 4), at: at(0))
        #expect(opened == SubscriberActions(.message(.items(after: 2, through: 4))))
        #expect(subscriber.itemPublished(window(items: 4)) == .none)
        #expect(subscriber.itemPublished(window(items: 5)).first == .message(.items(after: 4, through: 5)))
    }

    @Test("a gap notice is the last message, at the start and later, unless the policy is skip")
    func gaps() {
        let later = window(items: 20, capacity: 4)
        let notice = SubscriberActions(.bytes(RawTCP.notice("oldest=17")), then: .close)
        var early = RawTCP.makeSubscriber(for: opening("FEED after=2\n"), settings: ServerSettings())
        #expect(early.opened(later, at: at(0)) == notice)
        #expect(early.itemPublished(later) == .none)
        var slow = RawTCP.makeSubscriber(for: opening("FEED\n"), settings: ServerSettings())
        _ = slow.opened(window(items: 2), at: at(0))
        #expect(slow.itemPublished(later).first == notice.first)
        var skipping = RawTCP.makeSubscriber(
            for: opening("FEED\n"), settings: ServerSettings(slowSubscriber: .skip))
        _ = skipping.opened(window(items: 2), at: at(0))
        let expected = SubscriberActions(.message(.items(after: 16, through: 20)), skipped: 14)
        #expect(skipping.itemPublished(later) == expected)
    }

    @Test("a notice ends the connection when the server stops or when the client sends more than its line")
    func ends() {
        var stopping = RawTCP.makeSubscriber(for: opening("FEED\n"), settings: ServerSettings())
        _ = stopping.opened(window(items: 2), at: at(0))
        let last = SubscriberActions(.bytes(RawTCP.notice("the server stops")), then: .close)
        #expect(stopping.serverStopping(window(items: 2)) == last)
        var talkative = RawTCP.makeSubscriber(for: opening("FEED\n"), settings: ServerSettings())
        _ = talkative.opened(window(items: 2), at: at(0))
        var bytes = ByteBuffer(string: "GET / HTTP/1.1\r\n")
        #expect(talkative.received(&bytes, window: window(items: 2)).then == .close)
        #expect(bytes.readableBytes == 0)
    }

    @Test("the client sends its cursor, which counts as handshake")
    func clientOpening() {
        var ledger = ByteLedger()
        var listener = RawListener(setup(cursor: 17))
        #expect(String(buffer: listener.connected(ledger: &ledger)) == "FEED after=17\n")
        #expect(ledger[.handshake, .up] == 14)
    }

    @Test("bytes split at any positions give the same result", arguments: [1, 2, 3, 5, 13, 14, 15, .max])
    func client(chunkBytes: Int) {
        let long = String(repeating: "d", count: 300)
        let wire = prefixed("z,10,\(long)") + prefixed("10,zz,") + Array(RawTCP.notice("oldest=100").readableBytesView)
        let (events, ledger, listener) = read(wire, chunkBytes: chunkBytes)
        #expect(events == [.item(35, due: 36), .item(36, due: 1_295), .gap(through: 99)])
        #expect(ledger[.payload, .down] == 305 + 6)
        #expect(ledger[.envelope, .down] == 8 + 4 + 10)
        #expect(listener.isOrderlyEnd)
    }

    @Test(
        "a protocol violation is a fault, in one sentence", arguments: [1, .max],
        [
            (
                [0, 0, 0, 5] + Array("hello".utf8),
                "the server sent a message that is not an item; an item is SEQUENCE,DUE,DATA"
            ),
            ([0, 0, 0, 0], "the server sent a message that is not an item; an item is SEQUENCE,DUE,DATA"),
            ([0x80, 0, 0, 4] + Array("full".utf8), "the server ended the feed: full"),
            ([0x80, 0, 0, 0], "the server ended the feed: "),
        ] as [([UInt8], String)])
    func clientFaults(chunkBytes: Int, message: (wire: [UInt8], sentence: String)) {
        let (events, ledger, _) = read(message.wire, chunkBytes: chunkBytes)
        // A notice, whose top bit is set, is an orderly end.
        #expect(events == [message.wire[0] == 0x80 ? .ended(message.sentence) : .fault(message.sentence)])
        #expect(ledger.tcpPayloadBytes(.down) == Int64(message.wire.count))
    }

    private func opening(_ line: String) -> FirstLine {
        var buffer = ByteBuffer(string: line)
        guard let opening = try? FirstLine.next(from: &buffer, word: RawTCP.firstWord) else {
            preconditionFailure("\(line) is a first line")
        }
        return opening
    }

    private func prefixed(_ text: String) -> [UInt8] {
        let count = text.utf8.count
        return [0, 0, UInt8(count >> 8), UInt8(count & 0xff)] + Array(text.utf8)
    }

    private func read(_ wire: [UInt8], chunkBytes: Int) -> ([ListenerEvent], ByteLedger, RawListener) {
        var ledger = ByteLedger()
        var events: [ListenerEvent] = []
        var listener = RawListener(setup())
        var rest = wire[...]
        while !rest.isEmpty {
            var buffer = ByteBuffer(bytes: rest.prefix(chunkBytes))
            rest = rest.dropFirst(chunkBytes)
            listener.received(&buffer, ledger: &ledger) { events.append($0) }
        }
        return (events, ledger, listener)
    }
}

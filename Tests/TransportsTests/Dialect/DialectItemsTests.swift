import Codecs
import Feed
import Measurement
import NIOCore
import Testing
import WireAccounting

@testable import Transports

@Suite("Items of servers with another dialect, wherever their bytes are cut")
struct DialectItemsTests {
    struct Body: Sendable, CustomTestStringConvertible {
        let boundary: ItemBoundary
        var form = ItemForm.own
        let text: String
        let events: [ListenerEvent]
        let payload: Int

        var testDescription: String { "\(boundary.rawValue): \(text.prefix(40))" }
    }

    private static let sequenced = ItemForm.foreign(ForeignForm(sequence: .pointer("/seq")))
    private static let unread = ItemForm.foreign(ForeignForm())

    private static let bodies = [
        Body(
            boundary: .line, text: "1,1,a\r\n\r\n\n2,1,b\n3,1,c",
            events: [.item(1, due: 1), .item(2, due: 1), .item(3, due: 1)], payload: 15),
        Body(boundary: .line, text: "1,1,a\rb\r\n", events: [.item(1, due: 1)], payload: 7),
        Body(boundary: .line, text: "1,1,a\r", events: [.item(1, due: 1)], payload: 6),
        Body(boundary: .line, text: "\n\r\n", events: [], payload: 0),
        Body(
            boundary: .line, text: "hello\n1,1,a\n",
            events: [
                .fault("the server sent 'hello', which is not an item; an item is SEQUENCE,DUE,DATA"),
                .item(1, due: 1),
            ], payload: 10),
        Body(
            boundary: .line, form: sequenced, text: "{\"seq\":4}\n{\"seq\":\"5\"}", events: [.foreign(4), .foreign(5)],
            payload: 20),
        Body(
            boundary: .own, form: sequenced, text: "{\"seq\":4}\n{\"seq\":\"5\"}", events: [.foreign(4), .foreign(5)],
            payload: 20),
        Body(boundary: .body, text: "1,1,two\nlines\n", events: [.item(1, due: 1)], payload: 14),
        Body(boundary: .body, form: unread, text: "anything", events: [.foreign(nil)], payload: 8),
        Body(
            boundary: .jsonArray, text: " [ \"1,1,a\" ,\"2,1,b\\n\\u00e9\\ud83d\\ude00\",\n\"3,1,c\"]\r\n",
            events: [.item(1, due: 1), .item(2, due: 1), .item(3, due: 1)], payload: 5 + 12 + 5),
        Body(
            boundary: .jsonArray, form: sequenced,
            text: "[{\"a\":[1,{\"b\":\"]}\\\"\"}],\"seq\":1}, {\"seq\":2} ,\"{\\\"seq\\\":3}\"]",
            events: [.foreign(1), .foreign(2), .foreign(3)], payload: 30 + 9 + 9),
        Body(
            boundary: .jsonArray, form: unread, text: "[1,true , \"x\",[[],[2]],{}]",
            events: [.foreign(nil), .foreign(nil), .foreign(nil), .foreign(nil), .foreign(nil)],
            payload: 1 + 4 + 1 + 8 + 2),
        Body(boundary: .jsonArray, text: "[]", events: [], payload: 0),
        Body(boundary: .jsonArray, text: "\n[ ]\n", events: [], payload: 0),
        Body(boundary: .jsonArray, text: " \n", events: [], payload: 0),
        Body(
            boundary: .jsonArray, text: "[5,\"1,1,a\"]",
            events: [
                .fault("the server sent '5', which is not an item; an item is SEQUENCE,DUE,DATA"), .item(1, due: 1),
            ], payload: 6),
        Body(
            boundary: .jsonArray, form: unread, text: "[abc,1]",
            events: [
                .fault(
                    "the server sent an element of a JSON array that cannot be read: it is not JSON from byte 0 on: "
                        + "'abc'"
                ), .foreign(nil),
            ], payload: 4),
    ]

    @Test("items and layers do not depend on the cut", arguments: bodies)
    func cuts(body: Body) {
        for cut in 0...body.text.utf8.count {
            let client = Self.read(body, cutAt: cut)
            #expect(client.events == body.events, "cut at \(cut)")
            #expect(client.payload == Int64(body.payload), "cut at \(cut)")
            #expect(client.ledger.tcpPayloadBytes(.down) == Int64(body.text.utf8.count), "cut at \(cut)")
            #expect(client.listener.wantsNoMore == false)
            #expect(!client.listener.isWithinItem)
        }
    }

    private static let malformed = [
        ("{\"seq\":1}", "it is not JSON from byte 0 on"), ("[1,]", "it is not JSON from byte 3 on"),
        ("[,1]", "it is not JSON from byte 1 on"), ("[1 2]", "it is not JSON from byte 3 on"),
        ("[1]x", "it is not JSON from byte 3 on"), ("hello", "it is not JSON from byte 0 on"),
        (String(repeating: "[", count: 130), "it is nested more than 128 levels deep"),
    ]

    @Test("a body that is not an array is one fault, and all of its bytes are counted", arguments: malformed)
    func notArrays(text: String, reason: String) {
        let body = Body(boundary: .jsonArray, form: Self.unread, text: text, events: [], payload: 0)
        let whole = Self.read(body, cutAt: 0)
        #expect(
            whole.events.last == .fault("the server sent a body or message that is not a JSON array: \(reason)"))
        #expect(whole.listener.wantsNoMore)
        for cut in 0...text.utf8.count {
            let client = Self.read(body, cutAt: cut)
            #expect(client.events == whole.events, "cut at \(cut)")
            #expect(client.ledger == whole.ledger, "cut at \(cut)")
            #expect(client.ledger.tcpPayloadBytes(.down) == Int64(text.utf8.count))
        }
    }

    @Test("an array without its end is a fault", arguments: ["[", "[1", "[1,", "[\"1", "[{", "[1 "])
    func incompleteArrays(text: String) {
        let body = Body(boundary: .jsonArray, form: Self.unread, text: text, events: [], payload: 0)
        for cut in 0...text.utf8.count {
            let client = Self.read(body, cutAt: cut)
            #expect(client.events.last == .fault("the server sent a JSON array without its end"))
            #expect(client.ledger.tcpPayloadBytes(.down) == Int64(text.utf8.count))
        }
    }

    @Test("an item above the size limit is one fault, and none of it stays in memory", arguments: ItemBoundary.allCases)
    func endless(boundary: ItemBoundary) {
        var client = DialectClient(
            HTTPStreaming.self,
            setup {
                $0.boundary = boundary
                $0.form = Self.unread
            })
        _ = client.listener.nextRequestDue(at: at(0))
        client.listener.responseBegan(status: 200, coding: ResponseCoding(isChunked: true))
        client.arrive(200, "1100000\r\n" + (boundary == .jsonArray ? "[\"" : "xx"))
        let piece = String(repeating: "x", count: 1 << 20)
        var pieces = 0
        while pieces < 17, !client.listener.wantsNoMore {
            client.arrive(200, piece)
            pieces += 1
        }
        client.listener.exchangeEnded(status: 200) { _ in Issue.record("the fault is reported once") }
        #expect(client.events == [.fault(ItemLimits.endlessItem)])
        #expect(pieces == 16)
        #expect(client.ledger.tcpPayloadBytes(.down) == Int64(client.receivedBytes))
    }

    @Test("what Base64 adds to items that are not text is envelope", arguments: [ItemBoundary.line, .body, .jsonArray])
    func base64(boundary: ItemBoundary) {
        let item = "1,1,AAECAwQFBgc="
        let text = boundary == .jsonArray ? "[\"\(item)\"]" : boundary == .line ? item + "\n" + "\(item)" : item
        let count: Int64 = boundary == .line ? 2 : 1
        for cut in 0...text.utf8.count {
            var made = setup { $0.boundary = boundary }
            made.base64ItemBytes = 12
            var client = DialectClient(LongPolling.self, made)
            client.exchange(200, text, cutAt: cut)
            #expect(client.payload == 12 * count)
            #expect(client.ledger.tcpPayloadBytes(.down) == Int64(text.utf8.count))
        }
    }

    @Test("compressed bodies are read too", arguments: [ItemBoundary.line, .body])
    func compressed(boundary: ItemBoundary) {
        let body = DeflateStream.compress(ByteBuffer(string: "1,1,a"), .gzip, level: 6)
        var ledger = ByteLedger()
        var client = DialectClient(
            ShortPolling.self, setup(options: ["gzip": .flag(true)]) { $0.boundary = boundary })
        _ = client.listener.nextRequestDue(at: at(0))
        client.listener.responseBegan(status: 200, coding: ResponseCoding(contentEncoding: "gzip"))
        var events: [ListenerEvent] = []
        body.withUnsafeReadableBytes {
            client.listener.bodyArrived($0, status: 200, ledger: &ledger) { events.append($0) }
        }
        client.listener.bodyEnded(status: 200) { events.append($0) }
        client.listener.exchangeEnded(status: 200) { events.append($0) }
        #expect(events == [.item(1, due: 1)])
        #expect(ledger[.payload, .down] == Int64(body.readableBytes))
    }

    private static func read(_ body: Body, cutAt cut: Int) -> DialectClient {
        var client = DialectClient(
            LongPolling.self,
            setup {
                $0.boundary = body.boundary
                $0.form = body.form
            })
        client.exchange(200, body.text, cutAt: cut)
        return client
    }
}

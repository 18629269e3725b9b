import Feed
import HTTP
import NIOCore
import Testing

@testable import Transports

@Suite("Encoding of streams")
struct StreamEncodingTests {
    private let context = EncodingContext(date: "D")

    @Test("lines: one chunk per write, one line per item")
    func lines() {
        let one = HTTPStreaming.encode(.items(after: 1, through: 2), from: window(items: 3), context: context)
        #expect(String(buffer: one) == "b\r\n2,1,abcdef\n\r\n")
        let two = HTTPStreaming.encode(.items(after: 1, through: 3), from: window(items: 3), context: context)
        #expect(String(buffer: two) == "16\r\n2,1,abcdef\n3,1,abcdef\n\r\n")
    }

    @Test("events: the sequence is the id, in decimal")
    func events() {
        let context = EncodingContext(variant: BodyFraming.unframed.rawValue, date: "D")
        let message = FeedMessage.items(after: 9, through: 11)
        let events = ServerSentEvents.encode(message, from: window(items: 12), context: context)
        #expect(String(buffer: events) == "id: 10\ndata: a,1,abcdef\n\nid: 11\ndata: b,1,abcdef\n\n")
        let chunk = ServerSentEvents.encode(message, from: window(items: 12), context: self.context)
        #expect(String(buffer: chunk) == "32\r\nid: 10\ndata: a,1,abcdef\n\nid: 11\ndata: b,1,abcdef\n\n\r\n")
    }

    @Test("a CR ends a line of an event, so the text after it becomes another data line")
    func carriageReturn() {
        var window = FeedWindow(capacity: 1)
        window.append(FeedItem(sequence: 1, dueMicroseconds: 1, data: "a\rb\r".utf8))
        let context = EncodingContext(variant: BodyFraming.unframed.rawValue, date: "D")
        let event = ServerSentEvents.encode(.items(after: 0, through: 1), from: window, context: context)
        #expect(String(buffer: event) == "id: 1\ndata: 1,1,a\ndata: b\ndata: \n\n")
    }

    @Test("raw TCP: 4 bytes of length before each item; the top bit is set for a notice")
    func raw() {
        let items = RawTCP.encode(.items(after: 1, through: 3), from: window(items: 3), context: context)
        #expect(
            Array(items.readableBytesView)
                == [0, 0, 0, 10] + Array("2,1,abcdef".utf8) + [0, 0, 0, 10] + Array("3,1,abcdef".utf8))
        #expect(Array(RawTCP.notice("oldest=7").readableBytesView) == [0x80, 0, 0, 8] + Array("oldest=7".utf8))
    }
}

import Feed
import NIOCore
import Testing
import WebSocketProtocol

@testable import Transports

@Suite("Encoding of responses and frames, byte for byte")
struct EncodingTests {
    static let date = "Sun, 06 Nov 1994 08:49:37 GMT"

    @Test("200: items, each with a line end", arguments: [false, true])
    func items(closing: Bool) {
        let context = EncodingContext(date: Self.date, closing: closing)
        let expected =
            "HTTP/1.1 200 OK\r\nDate: \(Self.date)\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 22\r\n"
            + "Cache-Control: no-store\r\nLast-Sequence: 3\r\n" + (closing ? "Connection: close\r\n" : "")
            + "\r\n2,1,abcdef\n3,1,abcdef\n"
        for encoded in encodings(.items(after: 1, through: 3), context) { #expect(encoded == expected) }
    }

    @Test("204: no body and no length")
    func nothing() {
        let expected =
            "HTTP/1.1 204 No Content\r\nDate: \(Self.date)\r\nCache-Control: no-store\r\nLast-Sequence: 5\r\n\r\n"
        for encoded in encodings(.nothing(newest: 5), EncodingContext(date: Self.date)) { #expect(encoded == expected) }
    }

    @Test("410: the oldest item kept")
    func gap() {
        let expected =
            "HTTP/1.1 410 Gone\r\nDate: \(Self.date)\r\n"
            + "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 9\r\n"
            + "Cache-Control: no-store\r\nOldest-Sequence: 2\r\n\r\noldest=2\n"
        for encoded in encodings(.gap(oldest: 2), EncodingContext(date: Self.date)) { #expect(encoded == expected) }
    }

    @Test("frames: one text frame per item")
    func frames() {
        let context = EncodingContext(date: Self.date)
        let one = WebSocketPush.encode(.items(after: 1, through: 2), from: window(items: 3), context: context)
        #expect(Array(one.readableBytesView) == [0x81, 10] + Array("2,1,abcdef".utf8))
        let two = WebSocketPush.encode(.items(after: 1, through: 3), from: window(items: 3), context: context)
        let second: [UInt8] = [0x81, 10] + Array("3,1,abcdef".utf8)
        #expect(Array(two.readableBytesView) == Array(one.readableBytesView) + second)
    }

    @Test("frames: the length takes the fewest bytes", arguments: [(125, 2), (126, 4), (65_535, 4), (65_536, 10)])
    func frameLengths(payload: Int, header: Int) {
        var window = FeedWindow(capacity: 1)
        window.append(
            FeedItem(sequence: 1, dueMicroseconds: 1, data: repeatElement(UInt8(ascii: "x"), count: payload - 4)))
        let frame = WebSocketPush.encode(
            .items(after: 0, through: 1), from: window, context: EncodingContext(date: Self.date))
        #expect(frame.readableBytes == payload + header)
    }

    @Test("a gap notice is read back if its sequence is in range", arguments: [0, 1, 7, 1 << 48, .max] as [UInt64])
    func gapNotice(written: UInt64) {
        let (oldest, text) = ((1...1 << 48).contains(written) ? written : nil, GapNotice.text(oldest: written))
        #expect(GapNotice.oldest(in: text) == oldest)
        #expect(GapNotice.oldest(in: text + "\n") == oldest)
    }

    @Test("other text is not a gap notice", arguments: ["", "oldest", "oldest=", "oldest=x", "Oldest=1", "oldest=-1"])
    func noGapNotice(text: String) {
        #expect(GapNotice.oldest(in: text) == nil)
    }

    private func encodings(_ message: FeedMessage, _ context: EncodingContext) -> [String] {
        let window = window(items: 5)
        return [
            ShortPolling.encode(message, from: window, context: context),
            LongPolling.encode(message, from: window, context: context),
        ].map { String(buffer: $0) }
    }
}

import Feed
import NIOCore
import Testing

@testable import Transports

@Suite("The exchange of the article of 2009")
struct Quantum2009Tests {
    private let date = "Sat, 07 Nov 2009 00:32:46 GMT"

    @Test("the response is the article's, byte for byte, with an item of 20 B")
    func response() throws {
        var window = FeedWindow(capacity: 4)
        window.append(FeedItem(sequence: 1, dueMicroseconds: 1, data: repeatElement(UInt8(ascii: "x"), count: 16)))
        let head =
            "HTTP/1.1 200 OK\r\nX-Powered-By: Servlet/2.5\r\nServer: Sun Java System Application Server 9.1_02\r\n"
            + "Content-Type: text/html;charset=UTF-8\r\nContent-Length: 21\r\nDate: \(date)\r\n\r\n"
        #expect(head.utf8.count == 193)
        #expect(try answer(window) == head + "1,1,xxxxxxxxxxxxxxxx\n")
    }

    @Test("the response is always the newest item, even if it was sent before")
    func newest() throws {
        #expect(try answer(window(items: 9)).hasSuffix("\r\n\r\n9,1,abcdef\n"))
        #expect(try answer(window(items: 9)).hasSuffix("\r\n\r\n9,1,abcdef\n"))
    }

    @Test("before the first item the body is empty, and the headers have the same length", arguments: [0, 1])
    func headLength(items: UInt64) throws {
        let head = try #require(try answer(window(items: items)).components("\r\n\r\n").first)
        #expect(head.utf8.count + 4 == 193)
        #expect(head.contains("Content-Length: \(items == 0 ? "00" : "11")"))
    }

    @Test("the request line and headers have 716 bytes")
    func request() {
        let text =
            (["GET \(Quantum2009.target) HTTP/1.1"] + Quantum2009.fieldLines).joined(separator: "\r\n") + "\r\n\r\n"
        #expect(text.utf8.count == 716)
        let listener = ShortPollListener(setup(pollOptions(["headers": .choice("quantum2009")])))
        #expect(listener.target == "/PollingStock//PollingStock")
        #expect(listener.fieldLines == Quantum2009.fieldLines)
    }

    @Test("a browser's request contains the host of the run")
    func modernBrowser() {
        let lines = ModernBrowser.fieldLines(host: "127.0.0.1:80")
        #expect(lines.contains("Referer: http://127.0.0.1:80/"))
        let text =
            (["GET /poll?after=17 HTTP/1.1", "Host: 127.0.0.1:32771"]
            + ModernBrowser.fieldLines(host: "127.0.0.1:32771"))
            .joined(separator: "\r\n") + "\r\n\r\n"
        #expect(text.utf8.count == 500, "as captured")
    }

    private func answer(_ window: FeedWindow) throws -> String {
        let request = try feedRequest("/PollingStock//PollingStock")
        var subscriber = try ShortPolling.makeSubscriber(for: request, settings: ServerSettings())
        guard case .message(let message) = subscriber.opened(window, at: at(0)).first else { return "" }
        return String(
            buffer: ShortPolling.encode(
                message, from: window, context: EncodingContext(variant: subscriber.variant, date: date)))
    }
}

extension String {
    fileprivate func components(_ separator: String) -> [String] {
        ranges(of: separator).first.map { [String(self[..<$0.lowerBound]), String(self[$0.upperBound...])] } ?? [self]
    }
}

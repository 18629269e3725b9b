import Codecs
import Feed
import Foundation
import Measurement
import NIOCore
import Testing
import WireAccounting

@testable import Transports

@Suite("Forms of a poll's response")
struct PollFormTests {
    private let context = EncodingContext(date: "D")

    @Test(
        "a response without items has the requested form",
        arguments: [
            ("/poll?after=5", nil, "204 No Content\r\nDate: D\r\nCache-Control: no-store\r\nLast-Sequence: 5\r\n\r\n"),
            (
                "/poll?after=5&empty=no-content", nil,
                "204 No Content\r\nDate: D\r\nCache-Control: no-store\r\nLast-Sequence: 5\r\n\r\n"
            ),
            (
                "/poll?after=5&empty=full", nil,
                "200 OK\r\nDate: D\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 0\r\n"
                    + "Cache-Control: no-store\r\nLast-Sequence: 5\r\n\r\n"
            ),
            (
                "/poll?after=5", "\"5\"",
                "304 Not Modified\r\nDate: D\r\nCache-Control: no-store\r\nLast-Sequence: 5\r\nETag: \"5\"\r\n\r\n"
            ),
            // A client whose tag is not that of the newest item gets no 304.
            (
                "/poll?after=5", "\"4\"",
                "204 No Content\r\nDate: D\r\nCache-Control: no-store\r\nLast-Sequence: 5\r\n\r\n"
            ),
        ] as [(String, String?, String)])
    func nothing(target: String, tag: String?, response: String) throws {
        #expect(try answer(target, tag.map { "If-None-Match: \($0)" }) == "HTTP/1.1 " + response)
    }

    @Test("items come with an entity tag only if the request has one")
    func tagged() throws {
        let items = "4,1,abcdef\n5,1,abcdef\n"
        #expect(
            try answer("/poll?after=3", "If-None-Match: \"3\"")
                == "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 22\r\n"
                + "Cache-Control: no-store\r\nLast-Sequence: 5\r\nETag: \"5\"\r\n\r\n" + items)
        #expect(try answer("/poll?after=3", nil).contains("ETag") == false)
    }

    @Test(
        "tags are compared weakly, one by one",
        arguments: [
            ("\"5\"", true), ("W/\"5\"", true), ("\"4\", \"5\"", true), ("\"4\",W/\"5\"\t, \"6\"", true), ("*", true),
            ("\"4\"", false), ("5", false), ("\"15\"", false), ("\"5", false), ("", false), (",", false),
            ("w/\"5\"", false),
        ])
    func tags(list: String, names: Bool) {
        #expect(EntityTag.list(list, names: 5) == names)
    }

    @Test(
        "bodies are compressed if the client accepts it and if that makes them smaller",
        arguments: [
            ("gzip", true), ("deflate, gzip", true), ("GZIP", true), ("gzip;q=0", false), ("deflate", false),
            ("", false),
        ])
    func accepted(value: String, isCompressed: Bool) throws {
        let response = try bytes("/poll?after=0", "Accept-Encoding: \(value)", window(items: 30))
        let text = String(decoding: response.readableBytesView, as: UTF8.self)
        #expect(text.contains("Content-Encoding: gzip") == isCompressed)
        #expect((response.readableBytes < 400) == isCompressed)
        let small = try bytes("/poll?after=29", "Accept-Encoding: \(value)", window(items: 30))
        #expect(!String(buffer: small).contains("Content-Encoding"), "compression does not make ten bytes smaller")
    }

    @Test(
        "a compressed body is read in chunks of any size and counts as payload", arguments: [1, 2, 10, 100, .max])
    func compressedRoundTrip(chunkBytes: Int) throws {
        var response = try bytes("/poll?after=0", "Accept-Encoding: gzip", window(items: 30))
        let text = String(decoding: response.readableBytesView, as: UTF8.self)
        let headBytes = try #require(text.range(of: "\r\n\r\n")).upperBound.utf16Offset(in: text)
        _ = response.readSlice(length: headBytes)
        var listener = ShortPollListener(setup(pollOptions(["gzip": .flag(true)])))
        #expect(listener.fieldLines == ["Accept-Encoding: gzip"])
        #expect(listener.wantsCoding)
        _ = listener.nextRequestDue(at: at(0))
        listener.responseBegan(status: 200, coding: ResponseCoding(contentEncoding: "gzip"))
        var ledger = ByteLedger()
        var events: [ListenerEvent] = []
        var rest = Array(response.readableBytesView)[...]
        let bodyBytes = rest.count
        while !rest.isEmpty {
            let piece = Array(rest.prefix(chunkBytes))
            rest = rest.dropFirst(chunkBytes)
            piece.withUnsafeBytes { listener.bodyArrived($0, status: 200, ledger: &ledger) { events.append($0) } }
        }
        listener.exchangeEnded(status: 200) { events.append($0) }
        #expect(events == (1...30).map { .item(UInt64($0), due: 1) })
        #expect(ledger[.payload, .down] == Int64(bodyBytes))
        #expect(ledger.tcpPayloadBytes(.down) == Int64(bodyBytes))
    }

    @Test("an invalid or incomplete gzip stream is a fault, and its bytes are counted")
    func brokenCompression() {
        let whole = DeflateStream.compress(ByteBuffer(string: "1,1,a\n"), .gzip, level: 6)
        for (body, sentence) in [
            (Array("1,1,plain\n".utf8), "the response has Content-Encoding: gzip, but its body is not a gzip stream"),
            (Array(whole.readableBytesView.dropLast()), "the response's gzip stream is incomplete"),
        ] {
            var listener = ShortPollListener(setup(pollOptions(["gzip": .flag(true)])))
            listener.responseBegan(status: 200, coding: ResponseCoding(contentEncoding: "gzip"))
            var ledger = ByteLedger()
            var events: [ListenerEvent] = []
            body.withUnsafeBytes { listener.bodyArrived($0, status: 200, ledger: &ledger) { events.append($0) } }
            listener.exchangeEnded(status: 200) { events.append($0) }
            #expect(events.last == .fault(sentence))
            #expect(ledger[.payload, .down] == Int64(body.count))
        }
    }

    @Test(
        "options set the target and the fields of a poll",
        arguments: [
            ([:], "/poll?after=7", []), (["latest": .flag(true)], "/poll?after=7&latest=1", []),
            (["empty": .choice("full")], "/poll?after=7&empty=full", []),
            (["empty": .choice("conditional")], "/poll?after=7", ["If-None-Match: \"7\""]),
            (["connection": .choice("new")], "/poll?after=7", ["Connection: close"]),
            (["gzip": .flag(true)], "/poll?after=7", ["Accept-Encoding: gzip"]),
        ] as [([String: TransportOptionValue], String, [String])])
    func requests(options: [String: TransportOptionValue], target: String, lines: [String]) {
        let listener = ShortPollListener(setup(pollOptions(options), cursor: 7))
        #expect(listener.target == target)
        #expect(listener.fieldLines == lines)
        #expect(listener.usesNewConnections == (lines == ["Connection: close"]))
    }

    @Test("options of a long poll: one item per response, a pause, a new connection per request")
    func longPolls() throws {
        let options = TransportOptions([
            "hold": .duration(.seconds(5)), "batch": .choice("one"), "pause": .duration(.milliseconds(200)),
            "connection": .choice("new"),
        ])
        var listener = LongPollListener(setup(options, cursor: 7))
        #expect(listener.target == "/long-poll?after=7&hold=5000ms&batch=one")
        #expect(listener.fieldLines == ["Connection: close"])
        #expect(listener.usesNewConnections)
        #expect(listener.nextRequestDue(at: at(0)) == at(1_000))
        #expect(listener.nextRequestDue(at: at(2_000)) == at(2_200))
        var subscriber = try LongPolling.makeSubscriber(
            for: feedRequest("/long-poll?after=2&batch=one"), settings: ServerSettings())
        #expect(subscriber.opened(window(items: 9), at: at(0)).first == .message(.items(after: 2, through: 3)))
    }

    @Test(
        "options that cannot be combined are refused with a sentence",
        arguments: [
            (
                ["headers": .choice("quantum2009"), "gzip": .flag(true)],
                "headers is quantum2009, whose server did not compress; remove gzip"
            ),
            (
                ["headers": .choice("quantum2009"), "latest": .flag(true)],
                "headers is quantum2009, which always gets only the newest item; remove latest"
            ),
            (
                ["headers": .choice("quantum2009"), "empty": .choice("conditional")],
                "headers is quantum2009, whose response is always 200; remove empty"
            ),
            (
                ["headers": .choice("modern-browser"), "connection": .choice("new")],
                "headers is modern-browser, which requests a persistent connection; set connection: keep-alive"
            ),
            (
                ["resumption": .flag(true), "connection": .choice("new")],
                "resumption is true, which requires new connections with TLS; add connection: new and tls: true"
            ),
            (
                ["resumption": .flag(true), "tls": .flag(true)],
                "resumption is true, which requires new connections with TLS; add connection: new and tls: true"
            ),
        ] as [([String: TransportOptionValue], String)])
    func conflicts(options: [String: TransportOptionValue], sentence: String) {
        #expect(throws: TransportOptionFault(description: sentence)) { try ShortPolling.checkedOptions(options) }
    }

    @Test(
        "sessions are resumed only with new connections, TLS and the option",
        arguments: [ShortPolling.self, LongPolling.self] as [any PushTransport.Type])
    func resumption(transport: any PushTransport.Type) throws {
        var given: [String: TransportOptionValue] = ["tls": .flag(true), "connection": .choice("new")]
        for isWanted in [false, true] {
            if isWanted { given["resumption"] = .flag(true) }
            guard case .exchanges(let makeListener) = transport.client else {
                preconditionFailure("polls are exchanges")
            }
            let listener = makeListener(setup(try transport.checkedOptions(given), cursor: 0))
            #expect(listener.resumesSessions == isWanted)
        }
        given["connection"] = nil
        #expect(throws: TransportOptionFault.self) { try transport.checkedOptions(given) }
    }

    private func answer(_ target: String, _ field: String?) throws -> String {
        String(buffer: try bytes(target, field, window(items: 5)))
    }

    private func bytes(_ target: String, _ field: String?, _ window: FeedWindow) throws -> ByteBuffer {
        let lines = ["GET \(target) HTTP/1.1", "Host: a"] + (field.map { [$0] } ?? [])
        let head = try parseOne(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
        var subscriber = try ShortPolling.makeSubscriber(for: FeedRequest(head), settings: ServerSettings())
        guard case .message(let message) = subscriber.opened(window, at: at(0)).first else { return ByteBuffer() }
        return ShortPolling.encode(
            message, from: window, context: EncodingContext(variant: subscriber.variant, date: "D"))
    }
}

/// Options of a short poll, with defaults.
func pollOptions(_ given: [String: TransportOptionValue]) -> TransportOptions {
    guard let options = try? ShortPolling.checkedOptions(given) else { preconditionFailure("\(given) are allowed") }
    return options
}

import Measurement
import Testing
import WireAccounting

@testable import Transports

@Suite("Polls of servers with another dialect")
struct DialectPollTests {
    private static func tagged(_ tag: String?, _ date: String? = nil) -> ResponseCoding {
        var coding = ResponseCoding(contentType: "text/plain")
        coding.entityTag = tag
        coding.lastModified = date
        return coding
    }

    private static let date = "Tue, 14 Nov 2023 22:13:20 GMT"

    @Test("nchan's long poll: an item is the whole body, and its validators are the cursor")
    func nchan() {
        var client = DialectClient(
            LongPolling.self,
            setup {
                $0.target = "/sub/feed"
                $0.boundary = .body
                $0.cursor = .validators
                $0.fields = [ServerDialect.HeaderLine(name: "Accept", value: "text/plain")]
            })
        #expect(client.listener.wantsValidators)
        #expect(client.listener.wantsCoding)
        #expect(client.listener.hasUnknownHold)
        #expect(client.listener.hold == .zero)
        #expect(client.listener.fieldLines == ["Accept: text/plain"])
        client.exchange(200, "1,a,hello", coding: Self.tagged("0", Self.date))
        let lines = ["Accept: text/plain", "If-None-Match: 0", "If-Modified-Since: \(Self.date)"]
        #expect(client.listener.fieldLines == lines)
        client.exchange(304)
        client.exchange(408, "<title>408 Request Timeout</title>", coding: Self.tagged("9"))
        client.exchange(200)
        #expect(client.listener.fieldLines == lines)
        client.exchange(200, "2,b,again", coding: Self.tagged("1", Self.date))
        #expect(client.events == [.item(1, due: 10), .item(2, due: 11)])
        #expect(client.listener.fieldLines[1] == "If-None-Match: 1")
        #expect(client.listener.target == "/sub/feed")
        #expect(client.listener.cursor == 2)
        #expect(client.payload == 18)
        #expect(client.envelope == 34)
    }

    @Test(
        "a validator that no request can carry is not sent back",
        arguments: [
            (nil, nil, []), ("\"a\"", nil, ["If-None-Match: \"a\""]), ("", nil, []), ("a\nb", nil, []),
            ("a\u{0}b", nil, []), (String(repeating: "a", count: 1_025), "today", ["If-Modified-Since: today"]),
        ] as [(String?, String?, [String])])
    func validators(tag: String?, date: String?, lines: [String]) {
        var client = DialectClient(
            ShortPolling.self,
            setup {
                $0.cursor = .validators
                $0.boundary = .body
            })
        client.exchange(200, "1,1,a", coding: Self.tagged(tag, date))
        #expect(client.listener.fieldLines == lines)
    }

    @Test("the framing of a chunked response is counted, and is no part of an item", arguments: 0...21)
    func chunked(cut: Int) {
        var client = DialectClient(ShortPolling.self, setup { $0.cursor = .none })
        #expect(client.listener.seesFraming && client.listener.wantsCoding)
        client.exchange(
            200, "4\r\n1,1,\r\n2\r\na\n\r\n0\r\n\r\n", coding: ResponseCoding(isChunked: true), cutAt: cut)
        #expect(client.events == [.item(1, due: 1)])
        #expect((client.payload, client.envelope, client.ledger[.framing, .down]) == (5, 1, 15))
        // The next response is not chunked.
        client.exchange(200, "2,2,b\n")
        #expect(client.events == [.item(1, due: 1), .item(2, due: 2)])
        #expect((client.payload, client.envelope, client.ledger[.framing, .down]) == (10, 2, 15))
    }

    @Test("a response that violates the chunked coding is a fault, and its bytes are counted", arguments: 0...16)
    func badChunks(cut: Int) {
        var client = DialectClient(LongPolling.self, setup { $0.cursor = .none })
        client.exchange(200, "x\r\n1,1,a\n\r\n0\r\n\r\n", coding: ResponseCoding(isChunked: true), cutAt: cut)
        guard case .fault(let sentence) = client.events.first else {
            Issue.record("no fault")
            return
        }
        #expect(client.events.count == 1)
        #expect(sentence.hasPrefix("the server violated the chunked coding: "), "\(sentence)")
        #expect(client.receivedBytes == 16)
        #expect((client.payload, client.envelope, client.ledger[.framing, .down]) == (0, 0, 16))
    }

    @Test("a validator that the dialect sets itself stays as it is")
    func fixedValidator() {
        var client = DialectClient(
            ShortPolling.self,
            setup {
                $0.cursor = .validators
                $0.fields = [ServerDialect.HeaderLine(name: "if-none-match", value: "x")]
            })
        client.exchange(200, "1,1,a\n", coding: Self.tagged("y", "today"))
        #expect(client.listener.fieldLines == ["if-none-match: x", "If-Modified-Since: today"])
    }

    @Test("an interrupted response does not move the validators")
    func interrupted() {
        var client = DialectClient(
            LongPolling.self,
            setup {
                $0.cursor = .validators
                $0.boundary = .body
            })
        client.exchange(200, "1,1,a", coding: Self.tagged("1"))
        _ = client.listener.nextRequestDue(at: at(10_000))
        client.listener.responseBegan(status: 200, coding: Self.tagged("2"))
        client.arrive(200, "2,1,ha")
        #expect(client.listener.isWithinItem)
        _ = client.listener.nextRequestDue(at: at(10_000))
        #expect(!client.listener.isWithinItem)
        #expect(client.listener.fieldLines == ["If-None-Match: 1"])
        client.exchange(200, "2,1,whole", coding: Self.tagged("2"))
        #expect(client.events == [.item(1, due: 1), .item(2, due: 1)])
    }

    @Test(
        "a status without items is nothing or a fault",
        arguments: [
            (204, "", nil), (304, "", nil), (408, "late", nil), (200, "", nil),
            (404, "not here\nmore", "the server answered 404: not here"),
            (410, "oldest=9\n", "the server answered 410: oldest=9"), (501, "", "the server answered 501"),
            (302, "", "the server answered 302"),
        ] as [(Int, String, String?)])
    func statuses(status: Int, body: String, sentence: String?) {
        for transport in [ShortPolling.self, LongPolling.self] as [any PushTransport.Type] {
            var client = DialectClient(transport, setup(cursor: 4) { $0.cursor = .none })
            client.exchange(status, body)
            #expect(client.events == (sentence.map { [.fault($0)] } ?? []))
            #expect(client.envelope == Int64(body.utf8.count))
        }
    }

    @Test("with PushLab's cursor, 410 is a gap as with PushLab's server")
    func gap() {
        var client = DialectClient(LongPolling.self, setup(cursor: 4) { $0.target = "/lab/long-poll" })
        client.exchange(410, "oldest=9\n")
        #expect(client.events == [.gap(through: 8)])
        #expect(client.listener.target == "/lab/long-poll?after=8&hold=25000ms")
        client.exchange(200, "9,1,a\n")
        #expect(client.listener.cursor == 9)
        var own = DialectClient(LongPolling.self, setup())
        own.exchange(408, "late")
        #expect(own.events == [.fault("the server answered 408: late")])
    }

    @Test("without a boundary in the dialect, each item needs its line end, as PushLab's")
    func lineEnd() {
        var client = DialectClient(LongPolling.self, setup { $0.target = "/x" })
        client.exchange(200, "1,1,a\n2,1,b")
        #expect(
            client.events == [
                .item(1, due: 1), .fault("the response ends inside an item; each item ends in LF"),
            ])
    }

    @Test("a client that wants only the newest item skips the others")
    func latest() {
        var client = DialectClient(
            ShortPolling.self, setup(options: ["latest": .flag(true)]) { $0.target = "/x" })
        client.exchange(200, "5,1,a\n")
        #expect(client.events == [.skipped(through: 4), .item(5, due: 1)])
    }

    // MARK: Schedules

    @Test("a server that answers one by one is asked again at once until it has nothing; the schedule stays")
    func oneByOne() {
        var client = DialectClient(
            ShortPolling.self,
            setup {
                $0.cursor = .validators
                $0.boundary = .body
                $0.answersOneByOne = true
            })
        #expect(client.exchange(200, "1,1,a", at: 0) == at(1_000))
        #expect(client.exchange(200, "2,1,b", at: 1_010) == at(1_010))
        #expect(client.exchange(304, at: 1_020) == at(1_020))
        #expect(client.exchange(200, "3,1,c", at: 1_030) == at(2_000))
        // An item that the client has is no progress.
        #expect(client.exchange(200, "3,1,c", at: 2_010) == at(2_010))
        #expect(client.exchange(404, at: 2_020) == at(3_000))
        #expect(client.exchange(200, at: 3_010) == at(4_000))
        #expect(client.exchange(200, "4,1,d", at: 4_010) == at(5_000))
        // The extra polls took longer than an interval: one late poll, and one skipped tick.
        #expect(client.exchange(204, at: 5_010) == at(5_010))
        #expect(client.exchange(204, at: 7_020) == at(7_000))
        #expect(client.listener.skippedTicks == 1)
    }

    @Test("without one-by-one in the dialect, a poll waits for its tick")
    func noExtraPolls() {
        var client = DialectClient(ShortPolling.self, setup { $0.boundary = .body })
        #expect(client.exchange(200, "1,1,a", at: 0) == at(1_000))
        #expect(client.exchange(200, "2,1,b", at: 1_010) == at(2_000))
    }

    @Test("items without a sequence are asked for while the validators change, or without them 1,000 times per tick")
    func unnumbered() {
        let queue = { (dialect: inout ServerDialect) in
            dialect.boundary = .body
            dialect.form = .foreign(ForeignForm())
            dialect.answersOneByOne = true
        }
        var tagged = DialectClient(
            ShortPolling.self,
            setup {
                queue(&$0)
                $0.cursor = .validators
            })
        #expect(tagged.exchange(200, "a", coding: Self.tagged("1"), at: 0) == at(1_000))
        #expect(tagged.exchange(200, "a", coding: Self.tagged("2"), at: 1_010) == at(1_010))
        #expect(tagged.exchange(200, "a", coding: Self.tagged("2"), at: 1_020) == at(1_020))
        #expect(tagged.exchange(204, at: 1_030) == at(2_000))
        var endless = DialectClient(
            ShortPolling.self,
            setup {
                queue(&$0)
                $0.cursor = .none
            })
        #expect(endless.exchange(200, "a", at: 0) == at(1_000))
        for _ in 0..<ShortPollListener.maximumExtraPolls {
            #expect(endless.exchange(200, "a", at: 1_001) == at(1_001))
        }
        #expect(endless.exchange(200, "a", at: 1_001) == at(2_000))
    }

    @Test("a long poll follows a new item at once, and an empty response after 100 ms")
    func spacing() {
        var client = DialectClient(LongPolling.self, setup { $0.boundary = .body })
        #expect(client.exchange(200, "1,1,a", at: 0) == at(1_000))
        #expect(client.exchange(204, at: 1_005) == at(1_005))
        #expect(client.exchange(200, "1,1,a", at: 1_010) == at(1_105))
        #expect(client.exchange(200, "2,1,b", at: 1_110) == at(1_205))
        #expect(client.exchange(408, at: 1_206) == at(1_206))
        // The server held that request.
        #expect(client.exchange(200, "3,1,c", at: 61_206) == at(61_206))
        var own = DialectClient(LongPolling.self, setup())
        #expect(own.exchange(204, at: 0) == at(1_000))
        #expect(own.exchange(204, at: 1_005) == at(1_005))
    }
}

import Foundation
import Measurement
import NIOCore
import Testing
import Transports

@testable import LoadGenerator

@Suite("The clock of a page")
struct PageClockTests {
    private func instant(_ microseconds: Int64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: microseconds * 1_000)
    }

    @Test("the fastest question decides, whatever the order", arguments: [false, true])
    func fastest(isReversed: Bool) {
        // The page's clock is 1,000,000 µs ahead. The slow question was answered 800 µs after its middle.
        let questions: [(asked: Int64, answered: Int64, page: Int64)] = [
            (0, 2_000, 1_001_800), (3_000, 3_100, 1_003_050),
        ]
        var clock = PageClock()
        for question in isReversed ? questions.reversed() : questions {
            clock.add(asked: instant(question.asked), answered: instant(question.answered), page: question.page)
        }
        #expect(clock.offsetNanoseconds == 1_000_000_000)
        #expect(clock.boundNanoseconds == 50_000)
        #expect(clock.instant(of: 1_500_000) == instant(500_000))
    }

    @Test("without an answer there is no instant, and senseless readings have none")
    func unknown() {
        var clock = PageClock()
        #expect(clock.instant(of: 5) == nil)
        clock.add(asked: instant(10), answered: instant(5), page: 1)
        clock.add(asked: instant(5), answered: instant(10), page: .max)
        #expect(clock.boundNanoseconds == nil)
        clock.add(asked: instant(5), answered: instant(10), page: 1)
        #expect(clock.instant(of: .max) == nil && clock.instant(of: .min) == nil)
        #expect(clock.instant(of: 1) == MonotonicInstant(nanoseconds: 7_500))
    }
}

@Suite("What a page reports")
struct PageEventsTests {
    @Test(
        "each line is an event",
        arguments: [
            (
                "item 1700000000000123 2s,1jk,abc",
                .item(ReceivedItem(sequence: 100, dueMicroseconds: 2_000), at: 1_700_000_000_000_123)
            ),
            ("response 0", .response(items: 0)), ("response 12", .response(items: 12)),
            ("gap 7", .other(.gap(through: 6))), ("ended the server ended it", .other(.ended("the server ended it"))),
            ("fault no luck", .other(.fault("no luck"))),
        ] as [(String, PageEvent)])
    func events(line: String, event: PageEvent) {
        #expect(PageEvents.read(line) == [event])
        #expect(PageEvents.read("\(line)\n\(line)") == [event, event])
    }

    @Test(
        "anything else is a fault",
        arguments: [
            "item", "item x 1,1,", "item 5", "response -1", "response x", "gap 0", "gap 99999999999999999999", "what",
            "what 5",
        ])
    func faults(line: String) {
        #expect(PageEvents.read(line) == [.other(.fault("the page reported \(line)"))])
    }

    @Test("an item of another format is a fault of the server")
    func foreign() {
        #expect(
            PageEvents.read("item 5 {\"seq\":1}") == [
                .other(.fault("the server sent {\"seq\":1}, which is not an item: SEQUENCE,DUE,DATA"))
            ])
    }

    @Test("an empty batch has no events")
    func empty() { #expect(PageEvents.read("") == []) }
}

@Suite("Commands to a browser")
struct ControlMessageTests {
    @Test("the DevTools protocol")
    func devTools() {
        func message(_ command: ControlCommand) -> String? { command.message(for: .chromium, id: 7) }
        #expect(message(.begin) == nil)
        #expect(
            message(.makePage(url: "http://a/"))
                == #"{"id":7,"method":"Target.createTarget","params":{"url":"http://a/"}}"#)
        #expect(
            message(.attach(target: "T"))
                == #"{"id":7,"method":"Target.attachToTarget","params":{"flatten":true,"targetId":"T"}}"#)
        #expect(message(.load(url: "http://a/", page: "S")) == nil)
        #expect(
            message(.evaluate("a(\"b\")\n", page: "S"))
                == #"{"id":7,"method":"Runtime.evaluate","params":{"awaitPromise":true,"expression":"a(\"b\")\n","#
                + #""returnByValue":true},"sessionId":"S"}"#)
    }

    @Test("WebDriver BiDi")
    func bidi() {
        func message(_ command: ControlCommand) -> String? { command.message(for: .firefox, id: 8) }
        #expect(message(.begin) == #"{"id":8,"method":"session.new","params":{"capabilities":{}}}"#)
        #expect(
            message(.makePage(url: "http://a/"))
                == #"{"id":8,"method":"browsingContext.create","params":{"type":"tab"}}"#)
        #expect(message(.attach(target: "T")) == nil)
        #expect(
            message(.load(url: "http://a/", page: "C"))
                == #"{"id":8,"method":"browsingContext.navigate","params":{"context":"C","url":"http://a/","#
                + #""wait":"complete"}}"#)
        #expect(
            message(.evaluate("1", page: "C"))
                == #"{"id":8,"method":"script.evaluate","params":{"awaitPromise":true,"expression":"1","#
                + #""target":{"context":"C"}}}"#)
    }

    @Test(
        "answers of both protocols",
        arguments: [
            (#"{"id":1,"result":{"targetId":"T"}}"#, nil, "T", nil),
            (#"{"id":1,"result":{"sessionId":"S"}}"#, nil, "S", nil),
            (#"{"id":1,"result":{"result":{"type":"string","value":"x"}},"sessionId":"S"}"#, nil, nil, "x"),
            (#"{"id":1,"error":{"code":-32000,"message":"no such target"}}"#, "no such target", nil, nil),
            (
                #"{"id":1,"result":{"result":{"type":"object"},"exceptionDetails":{"text":"Uncaught","#
                    + #""exception":{"description":"Error: no"}}}}"#, "the page's script failed: Error: no", nil, nil
            ),
            (#"{"type":"success","id":1,"result":{"context":"C"}}"#, nil, "C", nil),
            (
                #"{"type":"success","id":1,"result":{"type":"success","realm":"r","result":{"type":"string","#
                    + #""value":"y"}}}"#, nil, nil, "y"
            ),
            (#"{"type":"error","id":1,"error":"no such frame","message":"gone"}"#, "gone", nil, nil),
            (
                #"{"type":"success","id":1,"result":{"type":"exception","exceptionDetails":{"text":"Error: z"}}}"#,
                "the page's script failed: Error: z", nil, nil
            ),
            (#"{"id":1}"#, nil, nil, nil),
        ] as [(String, String?, String?, String?)])
    func answers(message: String, fault: String?, page: String?, value: String?) throws {
        let answer = try #require(ControlAnswer(message))
        #expect(answer.id == 1)
        #expect((answer.fault, answer.page, answer.value) == (fault, page, value))
    }

    @Test(
        "events of a browser, and what is no JSON, are no answers",
        arguments: ["", "[]", "1", "{}", #"{"method":"Target.targetCreated","params":{}}"#, #"{"id":"x"}"#, "{\u{0}"])
    func others(message: String) { #expect(ControlAnswer(message) == nil) }
}

@Suite("The first bytes of a browser's connection")
struct TapHeadTests {
    @Test("the page is recognized however its request is cut", arguments: 1...20)
    func page(cut: Int) {
        let request = Array("GET /pushlab-page HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
        var head = TapHead()
        let first = head.received(request[..<cut])
        #expect(first == (cut < 18 ? .wait : .page))
        #expect(head.received(request[cut...]) == .page)
    }

    @Test(
        "anything else is for the server",
        arguments: ["GET /pushlab-pages HTTP/1.1", "GET /events HTTP/1.1", "POST /pushlab-page ", "\u{16}\u{3}\u{1}"])
    func other(request: String) {
        var head = TapHead()
        #expect(head.received(Array(request.utf8)) == .server)
    }

    @Test("the headers of the first request are kept, however they are cut", arguments: [1, 3, 1_000])
    func text(chunkBytes: Int) {
        let bytes = Array("GET /events HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\n\r\n".utf8)
        var head = TapHead()
        for start in stride(from: 0, to: bytes.count, by: chunkBytes) {
            _ = head.received(bytes[start..<min(start + chunkBytes, bytes.count)])
        }
        #expect(head.text == "GET /events HTTP/1.1\r\nHost: x")
    }

    @Test("an endless request takes no more memory")
    func endless() {
        var head = TapHead()
        for _ in 0..<100 { _ = head.received(Array(repeating: UInt8(ascii: "a"), count: 1_000)) }
        #expect(head.text.utf8.count == 8_192)
    }

    @Test("the page ends its connection, and its length is right")
    func response() {
        let text = String(buffer: TapHead.response)
        let parts = text.components(separatedBy: "\r\n\r\n")
        #expect(parts.count == 2 && text.contains("Connection: close"))
        #expect(text.contains("Content-Length: \(parts[1].utf8.count)\r\n"))
    }
}

@Suite("The script of a page")
struct PageTaskTests {
    private func expression(_ transport: any PushTransport.Type, client: Int = 1) throws -> String {
        let now = MonotonicInstant(nanoseconds: 0)
        var plan = LoadPlan(
            target: LoadTarget(port: 1), transport: transport.name, options: transport.defaultOptions, clients: 4,
            cursor: 35, times: LoadTimes(start: now, windowStart: now, windowEnd: now))
        plan.options[LongPolling.hold] = .seconds(3)
        return PageTask(plan, transport, client: client).expression
    }

    @Test("it is a function that gets the client's settings, and its value is a text")
    func whole() throws {
        let text = try expression(ServerSentEvents.self)
        #expect(text.hasPrefix("window.pushlab = ((settings) => {"))
        #expect(text.hasSuffix("; \"\""))
        #expect(text.count { $0 == "{" } == text.count { $0 == "}" })
        #expect(
            text.contains(
                #"({"cursor":35,"interval":1000,"path":"/events","phase":0.25,"query":"","#
                    + #""subprotocols":["pushlab.text.v1"],"transport":"sse"})"#))
    }

    @Test("a long poll has its hold, and each transport its own path")
    func paths() throws {
        #expect(try expression(LongPolling.self).contains(#""path":"/long-poll","phase":0.25,"query":"&hold=3000ms""#))
        #expect(try expression(WebSocketPush.self).contains(#""path":"/ws""#))
        #expect(try expression(ShortPolling.self, client: 0).contains(#""path":"/poll","phase":0,"#))
    }

    @Test("a page can use the transports over HTTP/1.1, and the script has each of them")
    func transports() throws {
        let usable = TransportRegistry.standard.push.filter { BrowserPlan.canUse($0) }.map { $0.name }
        #expect(usable == ["short-poll", "long-poll", "http-stream", "sse", "websocket"])
        let text = try expression(ServerSentEvents.self)
        for name in usable { #expect(text.contains("\"\(name)\": ")) }
    }
}

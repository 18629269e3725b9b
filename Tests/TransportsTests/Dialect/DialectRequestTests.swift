import Measurement
import Testing

@testable import Transports

@Suite("Requests to a server with another dialect")
struct DialectRequestTests {
    private static let http: [any PushTransport.Type] = [
        ShortPolling.self, LongPolling.self, HTTPStreaming.self, ServerSentEvents.self,
    ]

    @Test(
        "the cursor and the transport's query follow the target, after ? or &",
        arguments: [
            (nil, "/long-poll?after=7&hold=25000ms"), ("/x", "/x?after=7&hold=25000ms"),
            ("/x?a=b", "/x?a=b&after=7&hold=25000ms"), ("/x?", "/x?after=7&hold=25000ms"),
            ("/x?a&", "/x?a&after=7&hold=25000ms"),
        ] as [(String?, String)])
    func ownCursor(target: String?, expected: String) {
        let client = DialectClient(LongPolling.self, setup(cursor: 7) { $0.target = target })
        #expect(client.listener.target == expected)
    }

    @Test("other cursors add nothing to the target", arguments: CursorForm.allCases.filter { $0 != .own })
    func otherCursors(cursor: CursorForm) {
        let paths = ["/poll", "/long-poll", "/stream", "/events"]
        for (transport, path) in zip(Self.http, paths) {
            let own = DialectClient(transport, setup(cursor: 7) { $0.cursor = cursor })
            #expect(own.listener.target == path)
            let other = DialectClient(
                transport,
                setup(cursor: 7) {
                    $0.cursor = cursor
                    $0.target = "/x?a"
                })
            #expect(other.listener.target == "/x?a")
        }
        let socket = DialectSocket(setup(cursor: 7) { $0.cursor = cursor })
        #expect(socket.request.hasPrefix("GET /ws HTTP/1.1\r\n"))
    }

    @Test("the options of each transport stay in the query")
    func queries() {
        func target(_ transport: any PushTransport.Type, _ options: [String: TransportOptionValue]) -> String {
            DialectClient(transport, setup(cursor: 7, options: options) { $0.target = "/x" }).listener.target
        }
        #expect(target(ShortPolling.self, ["latest": .flag(true)]) == "/x?after=7&latest=1")
        #expect(target(HTTPStreaming.self, ["accel-buffering": .choice("no")]) == "/x?after=7&accel-buffering=no")
        #expect(target(ServerSentEvents.self, [:]) == "/x?after=7")
        #expect(target(ShortPolling.self, ["headers": .choice("quantum2009")]) == "/x?after=7")
    }

    @Test("fields replace fields of the same name and follow the others")
    func fields() {
        let dialect = { (dialect: inout ServerDialect) in
            dialect.fields = [
                ServerDialect.HeaderLine(name: "COOKIE", value: "a=b"),
                ServerDialect.HeaderLine(name: "X-Empty", value: ""),
            ]
        }
        let polls = DialectClient(
            ShortPolling.self,
            setup(options: ["headers": .choice("cookie"), "connection": .choice("new")], dialect))
        #expect(polls.listener.fieldLines == ["Connection: close", "COOKIE: a=b", "X-Empty;"])
        let stream = DialectClient(HTTPStreaming.self, setup(options: ["headers": .choice("cookie")], dialect))
        #expect(stream.listener.fieldLines == ["COOKIE: a=b", "X-Empty;"])
        let events = DialectClient(ServerSentEvents.self, setup(dialect))
        #expect(events.listener.fieldLines == ["COOKIE: a=b", "X-Empty;", "Accept: text/event-stream"])
        let accepting = DialectClient(
            ServerSentEvents.self,
            setup { $0.fields = [ServerDialect.HeaderLine(name: "accept", value: "text/event-stream, */*")] })
        #expect(accepting.listener.fieldLines == ["accept: text/event-stream, */*"])
    }

    @Test("an opening handshake has the fields too, and their Host")
    func handshakeFields() {
        let socket = DialectSocket(
            setup(options: ["headers": .choice("cookie")]) {
                $0.target = "/feed"
                $0.cursor = .none
                $0.subprotocol = .none
                $0.fields = [
                    ServerDialect.HeaderLine(name: "cookie", value: "a=b"),
                    ServerDialect.HeaderLine(name: "host", value: "example.com"),
                ]
            })
        #expect(socket.request.hasPrefix("GET /feed HTTP/1.1\r\nHost: example.com\r\n"))
        #expect(socket.request.hasSuffix("\r\nSec-WebSocket-Version: 13\r\ncookie: a=b\r\n\r\n"))
    }

    @Test("over HTTP/2 they are in the field block")
    func streamFields() {
        let socket = DialectSocket(
            setup(options: ["http": .choice("2")]) {
                $0.subprotocol = .named("chat")
                $0.fields = [ServerDialect.HeaderLine(name: "Host", value: "example.com")]
            })
        #expect(
            socket.listener.streamRequest.map { "\($0.name): \($0.value)" } == [
                ":method: CONNECT", ":protocol: websocket", ":scheme: http", ":path: /ws?after=0",
                ":authority: example.com", "sec-websocket-version: 13", "sec-websocket-protocol: chat",
            ])
    }

    @Test("PushLab's own dialect has PushLab's own readers and asks for no validators")
    func own() {
        let own = ServerDialect()
        #expect(own.isOwn)
        #expect(own.fault(for: RawTCP.self) == nil)
        for transport in Self.http {
            let listener = DialectClient(transport, setup()).listener
            #expect(!listener.wantsValidators)
            #expect(!listener.hasUnknownHold)
        }
        #expect(DialectClient(HTTPStreaming.self, setup()).listener is StreamListener<LineStream, QueryResumption>)
        #expect(
            DialectClient(ServerSentEvents.self, setup()).listener
                is StreamListener<EventStreamReader, EventResumption>)
        #expect(DialectSocket(setup()).listener is WebSocketListener)
    }

    private static let mistakes: [(name: String, change: @Sendable (inout ServerDialect) -> Void, fault: String)] = [
        (
            "raw-tcp", { $0.target = "/x" },
            "raw-tcp works only with PushLab's own server; allowed with other servers: short-poll, long-poll, "
                + "http-stream, sse, websocket"
        ),
        (
            "sse", { $0.target = "x" },
            "the path is 'x'; allowed is a path that starts with / and has only visible ASCII characters without #"
        ),
        (
            "sse", { $0.target = "/a b" },
            "the path is '/a b'; allowed is a path that starts with / and has only visible ASCII characters without #"
        ),
        (
            "sse", { $0.fields = [ServerDialect.HeaderLine(name: "a b", value: "")] },
            "'a b' is not the name of a header field; allowed are letters, digits and -"
        ),
        (
            "sse", { $0.fields = [ServerDialect.HeaderLine(name: "a", value: "b\r\nc: d")] },
            "the header field a has a line end or another control character; remove it"
        ),
        (
            "websocket", { $0.fields = [ServerDialect.HeaderLine(name: "upgrade", value: "h2c")] },
            "the header field upgrade cannot be set with websocket, which sets it itself; remove it"
        ),
        (
            "sse", { $0.boundary = .chunk },
            "items are chunks, which works only with http-stream; choose another boundary of items"
        ),
        (
            "sse", { $0.answersOneByOne = true },
            "one-by-one works only with short-poll and long-poll, which poll; remove it"
        ),
        (
            "websocket", { $0.subprotocol = .named("a b") },
            "'a b' is not the name of a subprotocol; allowed are letters, digits, - and ."
        ),
        (
            "long-poll", { $0.cursor = .lastEventID },
            "the cursor is last-event-id, which only sse has; choose another cursor"
        ),
        (
            "websocket", { $0.cursor = .validators },
            "the cursor is validators, which a WebSocket cannot send; choose own or none"
        ),
        (
            "sse", { $0.form = .foreign(ForeignForm(sequence: ItemFieldPath("/~"))) },
            "'/~' is not a JSON Pointer; in a name, ~0 means ~ and ~1 means /"
        ),
    ]

    @Test("a dialect that a transport cannot speak is refused in one sentence", arguments: mistakes)
    func faults(name: String, change: @Sendable (inout ServerDialect) -> Void, sentence: String) throws {
        var dialect = ServerDialect()
        change(&dialect)
        let transport = try #require(TransportRegistry.standard.push(named: name))
        #expect(dialect.fault(for: transport) == sentence)
    }

    @Test("nchan's dialects are allowed")
    func allowed() {
        var dialect = ServerDialect()
        dialect.target = "/sub?id=1"
        dialect.subprotocol = .none
        dialect.cursor = .none
        for transport in Self.http + [WebSocketPush.self] { #expect(dialect.fault(for: transport) == nil) }
        dialect.boundary = .chunk
        #expect(dialect.fault(for: HTTPStreaming.self) == nil)
    }
}

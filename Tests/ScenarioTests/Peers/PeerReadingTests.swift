import Testing
import Transports

@testable import Scenario

@Suite("peer.yaml: what it says")
struct PeerReadingTests {
    private static let full = """
        title: nginx with nchan
        source: https://nchan.io
        note: "no compression; a poll returns one item"
        install: {apt: [nginx, libnginx-mod-nchan], pypi: "websockets==17.4", command: /usr/sbin/nginx}
        version: [sh, -c, "nginx -v 2>&1"]
        build: [go, build, -o, "{build}/feed", main.go]
        start: ["{python}", start.py, "{port}", "{port2}", "--place={folder}"]
        environment: {GOPATH: /usr/share/gocode, PLACE: "{build}/x"}
        ready: {line: "listening on [0-9]+"}
        items: {post: "http://127.0.0.1:{port}/publish?x=1", type: text/event-stream}
        ports: 2
        transports:
          short-poll: {path: /poll, items: body, cursor: validators, one-by-one: true}
          http-stream: {path: "/stream?all=1", items: chunk, fields: {TE: chunked, X-Empty: ""}}
          sse: {path: /events, cursor: last-event-id, fields: {Accept: text/event-stream}}
          websocket: {path: /ws, subprotocol: nchan.v1}
          long-poll: {path: /long, cursor: own}
        """

    private static let least = """
        title: a
        source: http://b
        version: [c]
        start: [d]
        transports: {websocket: {path: /}}
        """

    private func peer(_ text: String, name: String = "nchan") throws -> Scenario.Peer {
        try Scenario.Peer(name: name, PeerText(text, file: "Scenarios/peers/nchan/peer.yaml"))
    }

    @Test("every field")
    func fields() throws {
        let peer = try peer(Self.full)
        #expect(peer.name == "nchan" && peer.file == "Scenarios/peers/nchan/peer.yaml")
        #expect(peer.text == Self.full && peer.folder == "Scenarios/peers/nchan")
        #expect(peer.title == "nginx with nchan" && peer.source == "https://nchan.io")
        #expect(peer.note == "no compression; a poll returns one item")
        #expect(
            peer.install
                == Scenario.Peer.Install(
                    apt: ["nginx", "libnginx-mod-nchan"], pypi: ["websockets==17.4"], commands: ["/usr/sbin/nginx"]))
        #expect(peer.version == ["sh", "-c", "nginx -v 2>&1"])
        #expect(peer.build == ["go", "build", "-o", "{build}/feed", "main.go"])
        #expect(peer.start == ["{python}", "start.py", "{port}", "{port2}", "--place={folder}"])
        #expect(peer.environment == ["GOPATH": "/usr/share/gocode", "PLACE": "{build}/x"])
        #expect(peer.ready == .line("listening on [0-9]+"))
        #expect(peer.items == .post(url: "http://127.0.0.1:{port}/publish?x=1", type: "text/event-stream"))
        #expect(peer.ports == 2)
        #expect(peer.transports == ["short-poll", "http-stream", "sse", "websocket", "long-poll"])
    }

    @Test("the dialect of each transport")
    func dialects() throws {
        let peer = try peer(Self.full)
        var poll = ServerDialect()
        (poll.target, poll.boundary, poll.cursor, poll.answersOneByOne) = ("/poll", .body, .validators, true)
        #expect(peer.dialect(for: "short-poll") == poll)
        var stream = ServerDialect()
        (stream.target, stream.boundary, stream.cursor) = ("/stream?all=1", .chunk, CursorForm.none)
        stream.fields = [.init(name: "TE", value: "chunked"), .init(name: "X-Empty", value: "")]
        #expect(peer.dialect(for: "http-stream") == stream)
        var events = ServerDialect()
        (events.target, events.cursor) = ("/events", .lastEventID)
        events.fields = [.init(name: "Accept", value: "text/event-stream")]
        #expect(peer.dialect(for: "sse") == events)
        var socket = ServerDialect()
        (socket.target, socket.cursor, socket.subprotocol) = ("/ws", CursorForm.none, .named("nchan.v1"))
        #expect(peer.dialect(for: "websocket") == socket)
        var held = ServerDialect()
        held.target = "/long"
        #expect(peer.dialect(for: "long-poll") == held)
        #expect(peer.dialect(for: "raw-tcp") == nil)
    }

    @Test("what is not given has its default")
    func defaults() throws {
        let peer = try peer(Self.least)
        #expect(peer.note == nil && peer.build == nil && peer.environment.isEmpty)
        #expect(peer.install == Scenario.Peer.Install())
        #expect(peer.ready == .port && peer.items == .stdin && peer.ports == 1)
        var dialect = ServerDialect()
        (dialect.target, dialect.cursor, dialect.subprotocol) = ("/", CursorForm.none, SubprotocolOffer.none)
        #expect(peer.dialect(for: "websocket") == dialect)
        let own = try self.peer(Self.least.replacing("{path: /}", with: "{path: /, subprotocol: own, cursor: own}"))
        var ownDialect = ServerDialect()
        ownDialect.target = "/"
        #expect(own.dialect(for: "websocket") == ownDialect)
    }

    @Test("a broker has a host, a port and a stream")
    func redis() throws {
        for url in ["redis://127.0.0.1:{port}/items", "redis://broker.local:6379/a:b"] {
            let peer = try peer(Self.least + "\nitems: {redis: \"\(url)\"}")
            #expect(peer.items == .redis(url: url))
        }
    }

    @Test("words in braces are placeholders; other braces are text")
    func placeholders() {
        #expect(PeerPlaceholder.words(in: "a{port}b{x-1}c{}d{a b}e{folder") == ["port", "x-1"])
        #expect(PeerPlaceholder.words(in: "{{port}}") == ["port"])
        #expect(PeerPlaceholder.words(in: "() => { return 1 }").isEmpty)
    }

    @Test("every server of the library is valid", arguments: LibraryPeers().names)
    func library(name: String) throws {
        let source = try #require(LibraryPeers().text(of: name))
        #expect(try Scenario.Peer(name: name, source).transports.isEmpty == false)
    }
}

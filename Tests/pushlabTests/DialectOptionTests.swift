import ArgumentParser
import Arguments
import Foundation
import Testing
import Transports

@testable import pushlab

@Suite("Options of load for third-party servers")
struct DialectOptionTests {
    private static func load(_ transport: String, _ words: [String]) throws -> LoadCommand {
        try LoadCommand.parse(["--url", "http://127.0.0.1:1", "--transport", transport] + words)
    }

    private func dialect(_ transport: String, _ words: [String]) throws -> ServerDialect {
        try Self.load(transport, words).serverDialect()
    }

    @Test("without an option, the dialect is PushLab's", arguments: ["short-poll", "sse", "websocket", "raw-tcp"])
    func own(transport: String) throws {
        #expect(try dialect(transport, []).isOwn)
    }

    @Test("header fields, a cookie and a query only add to the requests")
    func additions() throws {
        let dialect = try dialect(
            "websocket",
            ["--query", "room=1", "--header", "X-One: a b", "--header", "Accept:text/plain", "--cookie", "sid=1; a=b"])
        var expected = ServerDialect()
        expected.target = "/ws?room=1"
        expected.fields = [
            .init(name: "X-One", value: "a b"), .init(name: "Accept", value: "text/plain"),
            .init(name: "Cookie", value: "sid=1; a=b"),
        ]
        #expect(dialect == expected)
    }

    @Test("with another path, clients offer no subprotocol and send no cursor, unless asked to")
    func defaults() throws {
        let plain = try dialect("websocket", ["--path", "/feed?v=2", "--query", "a=b"])
        #expect(plain.target == "/feed?v=2&a=b")
        #expect((plain.subprotocol, plain.cursor) == (SubprotocolOffer.none, CursorForm.none))
        #expect((plain.boundary, plain.form, plain.answersOneByOne) == (.own, .own, false))
        let own = try dialect("websocket", ["--path", "/lab/ws", "--subprotocol", "own", "--cursor", "own"])
        var expected = ServerDialect()
        expected.target = "/lab/ws"
        #expect(own == expected)
        #expect(try dialect("websocket", ["--subprotocol", "mqtt"]).subprotocol == .named("mqtt"))
    }

    @Test("items: where they end, and where they have sequence and time")
    func items() throws {
        let poll = try dialect(
            "long-poll",
            [
                "--items", "json-array", "--cursor", "validators", "--one-by-one", "--sequence", "/a~1b/0", "--sent-at",
                #"t=(\d+)"#, "--sent-unit", "us",
            ])
        #expect((poll.boundary, poll.cursor, poll.answersOneByOne) == (.jsonArray, .validators, true))
        #expect(
            poll.form
                == .foreign(
                    ForeignForm(sequence: .pointer("/a~1b/0"), sentAt: .pattern(#"t=(\d+)"#), unit: .microseconds)))
        #expect(try dialect("sse", ["--unknown-items"]).form == .foreign(ForeignForm()))
        #expect(try dialect("http-stream", ["--items", "chunk"]).form == .own)
        #expect(try dialect("sse", ["--sequence", "(1)", "--cursor", "last-event-id"]).cursor == .lastEventID)
        #expect(try dialect("sse", ["--sequence", "(1)", "--cursor", "own"]).cursor == .own)
    }

    private static let refused: [(String, [String], String)] = [
        (
            "raw-tcp", ["--header", "A: b"],
            "--header is given, and raw-tcp makes no HTTP request; allowed with short-poll, long-poll, http-stream, "
                + "sse, websocket"
        ),
        ("sse", ["--subprotocol", "none"], "--subprotocol is for websocket, not for sse"),
        ("websocket", ["--one-by-one"], "--one-by-one is for short-poll, long-poll, not for websocket"),
        (
            "http-stream", ["--items", "body"],
            "--items body is for short-poll, long-poll, sse, websocket, not for http-stream; http-stream has own, "
                + "line, chunk, json-array"
        ),
        (
            "websocket", ["--items", "chunk"],
            "--items chunk is for http-stream, not for websocket; websocket has own, line, body, json-array"
        ),
        (
            "sse", ["--cursor", "validators"],
            "--cursor validators is for short-poll, long-poll, not for sse; sse has own, last-event-id, none"
        ),
        (
            "long-poll", ["--cursor", "last-event-id"],
            "--cursor last-event-id is for sse, not for long-poll; long-poll has own, validators, none"
        ),
        (
            "sse", ["--items", "lines"],
            "--items is \"lines\"; allowed own, line, body, chunk, json-array; did you "
                + "mean line?"
        ),
        ("sse", ["--cursor", "after"], "--cursor is \"after\"; allowed own, validators, last-event-id, none"),
        (
            "websocket", ["--unknown-items", "--cursor", "own"],
            "--cursor own sends the sequence of the last item, and --unknown-items is given without --sequence; give "
                + "--sequence too, or another cursor"
        ),
        (
            "http-stream", ["--items", "chunk", "--option", "http=2"],
            "--items chunk needs HTTP/1.1, and --option http=2 is given; HTTP/2 has no chunks"
        ),
        (
            "short-poll", ["--path", "/p", "--option", "headers=quantum2009"],
            "--option headers=quantum2009 asks PushLab's server for its own path, and --path is given; leave out one "
                + "of them"
        ),
        (
            "long-poll", ["--path", "/p", "--hold", "10s"],
            "--option hold=10s is for PushLab's server, and --path is given; leave out one of them"
        ),
        (
            "short-poll", ["--path", "/p", "--option", "latest=true"],
            "--option latest=true is for PushLab's server, and --path is given; leave out one of them"
        ),
        (
            "websocket", ["--unknown-items", "--option", "subprotocol=binary"],
            "--option subprotocol=binary is for PushLab's server, and --unknown-items is given; leave out one of them"
        ),
        (
            "sse", ["--unknown-items", "--sent-at", "(1)"],
            "--unknown-items says that items have neither sequence nor time, and --sent-at is given; give one"
        ),
        ("sse", ["--sent-unit", "s"], "--sent-unit is given without --sent-at, whose unit it is; give both or none"),
        ("sse", ["--sent-at", "(1)", "--sent-unit", "min"], "--sent-unit is \"min\"; allowed s, ms, us, ns"),
        ("sse", ["--path", "feed?key=x"], "--path is \"feed\"; allowed a path that begins with /, such as /ws"),
        (
            "sse", ["--path", "/a b"],
            "--path has a space at position 3; allowed visible ASCII characters without #, others as %20"
        ),
        (
            "sse", ["--path", "/é"],
            "--path has a character that is not ASCII at position 2; allowed visible ASCII characters without #, "
                + "others as %20"
        ),
        (
            "sse", ["--query", "a#b"],
            "--query has # at position 2; allowed visible ASCII characters without #, others as %20"
        ),
        ("sse", ["--query", "?a=b"], "--query begins with ?, which is added by itself; leave it out"),
        ("sse", ["--query", ""], "--query is empty; allowed text such as room=1&lang=en"),
        (
            "sse", ["--header", "Bearer s3cret"],
            "--header has no colon; allowed NAME: VALUE, such as --header 'Accept: text/plain'"
        ),
        (
            "sse", ["--header", "A B: c"],
            "--header has the name \"A B\"; allowed letters, digits and !#$%&'*+-.^_`|~"
        ),
        (
            "sse", ["--header", "A: "],
            "--header A has no value; allowed NAME: VALUE, such as --header 'Accept: text/plain'"
        ),
        (
            "sse", ["--header", "A: b\r\nC: d"],
            "--header A has a control character in its value; allowed text and tabs"
        ),
        ("sse", ["--header", "A: b", "--header", "a: c"], "--header a is given twice; allowed once"),
        ("sse", ["--header", "Content-Length: 3"], "--header Content-Length is set by the client; leave it out"),
        (
            "websocket", ["--header", "Sec-WebSocket-Protocol: x"],
            "--header Sec-WebSocket-Protocol is set by --subprotocol"
        ),
        (
            "sse", ["--header", "Accept-Encoding: br"],
            "--header Accept-Encoding asks for a coding that clients do not decode; allowed identity, and for "
                + "compressed polls --option gzip=true"
        ),
        ("sse", ["--cookie", "a", "--header", "cookie: b"], "--header Cookie and --cookie are both given; give one"),
        ("sse", ["--cookie", ""], "--cookie is empty; allowed text such as 'sid=1; lang=en'"),
        (
            "sse", ["--cookie", "a\tb"],
            "--cookie has a control character at position 2; allowed visible ASCII characters and spaces"
        ),
        (
            "sse", ["--bearer-file", "/nowhere/token"],
            "--bearer-file: /nowhere/token does not exist: /nowhere is not a folder"
        ),
        (
            "websocket", ["--subprotocol", "a b"],
            "--subprotocol is \"a b\"; allowed own, none or a name of letters, digits and !#$%&'*+-.^_`|~"
        ),
        (
            "sse", ["--sequence", ""],
            #"--sequence is empty; allowed a regular expression with a group, such as "seq":(\d+), or a JSON Pointer, "#
                + "such as /seq"
        ),
        (
            "sse", ["--sequence", #"n=\d+"#],
            #"--sequence is "n=\d+", which has no group; put the number in parentheses: allowed a regular "#
                + #"expression with a group, such as "seq":(\d+), or a JSON Pointer, such as /seq"#
        ),
        (
            "sse", ["--sent-at", "/a~2"],
            "--sent-at is \"/a~2\", where ~ at position 3 is not followed by 0 or 1; a JSON Pointer (RFC 6901) has ~0 "
                + "for ~ and ~1 for /"
        ),
        (
            "sse", ["--sequence", String(repeating: "/a", count: 129)],
            "--sequence has 129 steps; allowed up to 128"
        ),
        (
            "sse", ["--sequence", "/a~"],
            "--sequence is \"/a~\", where ~ at position 3 is not followed by 0 or 1; a JSON Pointer (RFC 6901) has ~0 "
                + "for ~ and ~1 for /"
        ),
    ]

    @Test("a combination or value that is not allowed is refused in one sentence", arguments: refused)
    func refusals(transport: String, words: [String], sentence: String) {
        let refusal = Parsing.refusal(["load", "--url", "http://127.0.0.1:1", "--transport", transport] + words)
        #expect(refusal == sentence)
    }

    @Test(
        "a wrong regular expression is refused with the place of the mistake",
        arguments: [("a(b", "at position 4"), ("(a)[z-a]", "at position 6")])
    func patterns(pattern: String, place: String) throws {
        let words = ["load", "--url", "http://127.0.0.1:1", "--transport", "sse", "--sequence", pattern]
        let refusal = try #require(Parsing.refusal(words))
        #expect(refusal.hasPrefix("--sequence is \"\(pattern)\": "), "\(refusal)")
        #expect(refusal.contains(" \(place); allowed a regular expression"), "\(refusal)")
    }

    @Test(
        "groups are counted with and without names, and in alternatives",
        arguments: ["(?<n>\\d+)", "a|(b)", "(?:(c))"])
    func groups(pattern: String) throws {
        #expect(try dialect("sse", ["--sequence", pattern]).form == .foreign(ForeignForm(sequence: .pattern(pattern))))
    }

    @Test("a group that does not capture, and an escaped parenthesis, are no group", arguments: ["(?:a)", "\\(a\\)"])
    func noGroups(pattern: String) {
        let words = ["load", "--url", "http://127.0.0.1:1", "--transport", "sse", "--sequence", pattern]
        #expect(Parsing.refusal(words)?.contains("which has no group") == true)
    }

    @Test("an address with a path leads to --path")
    func address() {
        #expect(
            Parsing.refusal(["load", "--url", "http://h:1/ws", "--transport", "sse"])
                == "--url has more than host and port; allowed http://HOST:PORT or https://HOST:PORT; give the path by "
                + "--path, such as /ws")
    }
}

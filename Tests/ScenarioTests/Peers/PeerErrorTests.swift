import Testing

@testable import Scenario

@Suite("Errors of peer.yaml, with their line")
struct PeerErrorTests {
    private static let file = "Scenarios/peers/nchan/peer.yaml"

    /// A valid peer of five lines; a test adds its own line as line 6.
    private static let least = """
        title: a
        source: http://b
        version: [c]
        start: [d]
        transports: {websocket: {path: /}}

        """

    private func messages(_ text: String, name: String = "nchan") -> [String] {
        do {
            _ = try Scenario.Peer(name: name, PeerText(text, file: Self.file))
            return []
        } catch {
            return error.errors.map(\.description)
        }
    }

    /// With a field of the five lines replaced.
    private func messages(replacing line: String, with other: String) -> [String] {
        messages(Self.least.replacing(line, with: other))
    }

    @Test("all mistakes at once, in the order of the lines")
    func all() {
        let text = """
            titel: a
            source: nchan.io
            version: []
            start: node feed.js {port}
            ports: 5
            transports:
              websockets: {path: /ws}
              sse: {path: events, cursor: validators}
            """
        #expect(
            messages(text) == [
                "\(Self.file):1: the peer has no field titel; allowed title, source, note, install, version, build, "
                    + "start, environment, ready, items, ports, transports; did you mean title?",
                "\(Self.file):2: source is \"nchan.io\"; write an address with https:// or http://",
                "\(Self.file):3: version is an empty list; write the program and its arguments",
                "\(Self.file):4: start is a single value; write the program and its arguments as a list: "
                    + "[node, feed.js]",
                "\(Self.file):5: ports is 5; allowed 1 to 4",
                "\(Self.file):7: transports has \"websockets\"; allowed short-poll, long-poll, http-stream, sse, "
                    + "websocket, engine-io; did you mean websocket?",
                "\(Self.file):8: path is \"events\"; write a path such as /events, perhaps with a query",
                "\(Self.file):8: cursor: validators does not apply to sse; it belongs to short-poll, long-poll",
            ])
    }

    @Test(
        "required fields",
        arguments: [
            ("title: a", "title"), ("source: http://b", "source"), ("version: [c]", "version"),
            ("start: [d]", "start"), ("transports: {websocket: {path: /}}", "transports"),
        ])
    func required(line: String, name: String) {
        #expect(
            messages(Self.least.replacing(line + "\n", with: ""))
                == ["\(Self.file):1: the peer lacks the required field \(name)"])
    }

    @Test(
        "a wrong field",
        arguments: [
            ("note: ''", "note has 0 characters; allowed 1 to 300"),
            ("note: \"a\\nb\"", "note has a line end; write one line"),
            ("install: nginx", "install is \"nginx\"; write a group of fields, such as {apt: nginx}"),
            ("install: {rpm: a}", "install has no field rpm; allowed apt, pypi, command"),
            ("install: {apt: -y}", "apt has \"-y\"; allowed is the name of a package"),
            ("install: {apt: [nginx, nginx]}", "apt has nginx twice in its list"),
            (
                "install: {pypi: websockets}",
                "pypi has \"websockets\"; allowed is NAME==VERSION, so that each run has the same version"
            ),
            ("install: {command: \"a b\"}", "command has \"a b\"; allowed is the name of a program"),
            (
                "build: {a: b}",
                "build is a group of fields; write the program and its arguments as a list: [node, feed.js]"
            ),
            ("build: ['', a]", "build begins with an empty word; write a program"),
            ("build: [a, [b]]", "build is a list; write a single value"),
            ("build: [a, \"{port}\"]", "build has {port}; allowed {folder}, {build}, {python}"),
            ("build: [a, \"${HOME}\"]", "build has {HOME}; allowed {folder}, {build}, {python}"),
            ("environment: a", "environment is a single value; write {NAME: TEXT}"),
            (
                "environment: {A-B: c}",
                "environment has the name \"A-B\"; allowed letters, digits and underscores, not a digit first"
            ),
            (
                "environment: {PUSHLAB_PEER: a}",
                "environment has PUSHLAB_PEER, by which the lab finds the server's processes"
            ),
            (
                "environment: {A: \"{port2}\"}",
                "A has {port2}, but ports is 1; set ports to the number of ports that it needs"
            ),
            ("ready: soon", "ready is \"soon\"; allowed port, {line: REGEX}"),
            ("ready: {}", "ready lacks the required field line"),
            ("ready: {line: \"(\"}", "line is \"(\", which is not a regular expression"),
            ("ready: {line: ''}", "line is \"\", which is not a regular expression"),
            ("items: stdout", "items is \"stdout\"; allowed stdin, {post: URL, type: TYPE}, {redis: URL}"),
            (
                "items: {type: a/b}",
                "items has neither post nor redis; allowed stdin, {post: URL, type: TYPE}, {redis: URL}"
            ),
            (
                "items: {post: \"http://127.0.0.1:{port}/\", redis: \"redis://a:1/b\"}",
                "items has both post and redis; write one of them"
            ),
            ("items: {type: a/b, redis: \"redis://a:1/b\"}", "type does not apply: it belongs to post"),
            (
                "items: {post: \"http://127.0.0.1:{port}/\", type: text}",
                "type is \"text\"; write a media type such as text/plain"
            ),
            (
                "items: {post: \"http://127.0.0.1:{port3}/\"}",
                "post has {port3}, but ports is 1; set ports to the number of ports that it needs"
            ),
            (
                "items: {post: \"http://127.0.0.1:{port}/{folder}\"}",
                "post has {folder}; allowed {port}, {port2}, {port3}, {port4}"
            ),
            ("ports: many", "ports is \"many\"; allowed 1 to 4"),
            ("ports: 0", "ports is 0; allowed 1 to 4"),
            (
                "transport: {}",
                "the peer has no field transport; allowed title, source, note, install, version, build, start, "
                    + "environment, ready, items, ports, transports; did you mean transports?"
            ),
        ])
    func field(line: String, message: String) {
        #expect(messages(Self.least + line) == ["\(Self.file):6: \(message)"])
    }

    @Test(
        "where items are posted",
        arguments: [
            "http://127.0.0.1:8080/", "https://127.0.0.1:{port}/", "http://localhost:{port}/", "http://{port}/",
            "http://127.0.0.1:{port}x", "http://127.0.0.1:{port}@host/",
        ])
    func post(url: String) {
        let advice = "write a URL on this machine: http://127.0.0.1:{port}/publish"
        #expect(
            messages(Self.least + "items: {post: \"\(url)\"}") == ["\(Self.file):6: post is \"\(url)\"; \(advice)"])
    }

    @Test(
        "a broker",
        arguments: [
            "redis://127.0.0.1/items", "redis://:6379/items", "http://127.0.0.1:6379/items", "redis://a:0/items",
            "redis://a:70000/items", "redis://a:6379", "redis://a:6379/",
        ])
    func redis(url: String) {
        let advice = "write redis://HOST:PORT/STREAM, such as redis://127.0.0.1:{port2}/items"
        #expect(
            messages(Self.least + "items: {redis: \"\(url)\"}") == ["\(Self.file):6: redis is \"\(url)\"; \(advice)"])
    }

    @Test(
        "transports and how they are carried",
        arguments: [
            ("{}", "transports is empty; write {websocket: {path: /ws}}"),
            ("[websocket]", "transports is a list; write {websocket: {path: /ws}}"),
            (
                "{raw-tcp: {path: /}}",
                "transports has \"raw-tcp\", which only PushLab's own server carries; allowed short-poll, long-poll, "
                    + "http-stream, sse, websocket, engine-io"
            ),
            ("{sse: /events}", "sse is \"/events\"; write a group of fields, such as {path: /ws}"),
            ("{sse: {cursor: own}}", "sse lacks the required field path"),
            (
                "{sse: {path: /, query: a}}",
                "sse has no field query; allowed path, subprotocol, items, cursor, one-by-one, fields"
            ),
            ("{sse: {path: \"/a b\"}}", "path is \"/a b\"; write a path such as /events, perhaps with a query"),
            ("{sse: {path: \"/#a\"}}", "path is \"/#a\"; write a path such as /events, perhaps with a query"),
            ("{sse: {path: /, subprotocol: none}}", "subprotocol does not apply to sse; it belongs to websocket"),
            (
                "{websocket: {path: /, subprotocol: \"a b\"}}",
                "subprotocol is \"a b\"; allowed own, none, a subprotocol's name"
            ),
            (
                "{sse: {path: /, items: lines}}",
                "items is \"lines\"; allowed own, line, body, chunk, json-array; did you mean line?"
            ),
            (
                "{sse: {path: /, items: line}}",
                "items: line does not apply to sse; it belongs to short-poll, long-poll, http-stream, websocket"
            ),
            ("{sse: {path: /, items: chunk}}", "items: chunk does not apply to sse; it belongs to http-stream"),
            (
                "{http-stream: {path: /, items: body}}",
                "items: body does not apply to http-stream; it belongs to short-poll, long-poll, websocket"
            ),
            (
                "{http-stream: {path: /, items: json-array}}",
                "items: json-array does not apply to http-stream; it belongs to short-poll, long-poll, sse, websocket"
            ),
            (
                "{websocket: {path: /, cursor: last-event-id}}",
                "cursor: last-event-id does not apply to websocket; it belongs to sse"
            ),
            ("{sse: {path: /, cursor: maybe}}", "cursor is \"maybe\"; allowed own, validators, last-event-id, none"),
            (
                "{sse: {path: /, one-by-one: true}}",
                "one-by-one does not apply to sse; it belongs to short-poll, long-poll"
            ),
            ("{short-poll: {path: /, one-by-one: yes}}", "one-by-one is \"yes\"; allowed true, false"),
            ("{sse: {path: /, fields: {}}}", "fields is empty; write {Accept: text/plain}"),
            (
                "{sse: {path: /, fields: {\"A B\": c}}}",
                "fields has the name \"A B\", which is not a name of a header field (RFC 9110 §5.1)"
            ),
            ("{sse: {path: /, fields: {Host: a}}}", "fields has Host, which the client sets itself; remove it"),
            (
                "{websocket: {path: /, fields: {upgrade: a}}}",
                "fields has upgrade, which the client sets itself; remove it"
            ),
            (
                "{websocket: {path: /, fields: {Sec-WebSocket-Protocol: a}}}",
                "fields has Sec-WebSocket-Protocol, which the client sets itself; remove it"
            ),
            ("{sse: {path: /, fields: {Accept: a, accept: b}}}", "fields has accept twice"),
            (
                "{engine-io: {path: /, cursor: own}}",
                "cursor: own does not apply to engine-io; it belongs to short-poll, long-poll, http-stream, sse, "
                    + "websocket"
            ),
            (
                "{sse: {path: /, fields: {A: \"b\\nc\"}}}",
                "A has a value that a header field cannot have; allowed is one line without spaces at its ends, of at "
                    + "most 4096 bytes (RFC 9110 §5.5)"
            ),
        ])
    func transports(value: String, message: String) {
        let found = messages(replacing: "{websocket: {path: /}}", with: value)
        #expect(found == ["\(Self.file):5: \(message)"])
    }

    @Test("the name of the folder")
    func name() {
        #expect(
            messages(Self.least, name: "pushlab")
                == ["\(Self.file):1: pushlab is the name of PushLab's own server; give the folder another name"])
        let allowed = "allowed 1 to 32 lower-case letters, digits and hyphens, not a hyphen first"
        for wrong in ["Nchan", "-a", "a.b", "a_b", String(repeating: "a", count: 33)] {
            let message = "\(Self.file):1: the folder is named \"\(wrong)\"; \(allowed)"
            #expect(messages(Self.least, name: wrong) == [message])
        }
        for right in ["a", "7", "ws-node", String(repeating: "a", count: 32)] {
            #expect(messages(Self.least, name: right).isEmpty)
        }
    }

    @Test("a text that is not one group of fields")
    func shape() {
        #expect(
            messages("") == [
                "\(Self.file):1: the file is empty; it needs title, source, version, start and transports"
            ])
        #expect(
            messages("- a")
                == ["\(Self.file):1: the peer is a list; write a group of fields, such as title: ws on Node.js"])
        #expect(
            messages("title: a\n---\ntitle: b") == [
                "\(Self.file):2: a second document starts here; peer.yaml is one document"
            ])
        #expect(messages("title: a\ntitle: b") == ["\(Self.file):2: title is given twice, first in line 1"])
        let long = messages(Self.least + String(repeating: "#", count: 256 << 10))
        #expect(long == ["\(Self.file):1: the text is longer than 256 KiB; peer.yaml is a short YAML file"])
    }
}

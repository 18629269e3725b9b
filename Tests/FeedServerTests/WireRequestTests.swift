import FeedServer
import Foundation
import Testing
import Transports

@Suite("Requests over the wire", .timeLimit(.minutes(1)))
struct WireRequestTests {
    @Test(
        "a valid request outside the allowed values is refused with a reason",
        arguments: [
            ("/poll?after=x", 400, "after is 'x'; allowed is the sequence of the last item received, or 0\n"),
            ("/poll?after=4", 400, "after is 4, ahead of the feed; its last sequence is 3\n"),
            ("/long-poll?after=99", 400, "after is 99, ahead of the feed; its last sequence is 3\n"),
            ("/long-poll?hold=121s", 400, "hold is '121s'; allowed is 1ms to 120s, such as 25s\n"),
            ("/feed/schedule?from=x", 400, "from is 'x'; allowed is a sequence, 1 or more\n"),
            ("/feed/schedule?from=0", 400, "from is '0'; allowed is a sequence, 1 or more\n"),
            ("/feed/schedule?from=5&to=4", 400, "from is 5 and to is 4; from must not be above to\n"),
            ("/ws", 426, "The request needs \"Upgrade: websocket\".\n"),
        ])
    func badQueries(target: String, status: Int, body: String) async throws {
        try await withServer(items: 3) { server in
            let port = server.port
            let answer = try await blocking { try RawConnection(port: port).exchange(target) }
            #expect(answer.status == status)
            #expect(answer.body == body)
        }
    }

    @Test(
        "the response to an unknown path lists the available paths",
        arguments: ["/", "/pol", "/poll/", "/POLL", "/nothing?after=1"])
    func unknownPath(target: String) async throws {
        try await withServer { server in
            let port = server.port
            let answer = try await blocking { try RawConnection(port: port).exchange(target) }
            #expect(answer.status == 404)
            for path in TransportRegistry.standard.paths {
                #expect(answer.body.contains(path))
            }
            #expect(answer.body.contains("/stats"))
        }
    }

    private static let finite = [
        "/poll", "/long-poll?hold=1ms", "/clock", "/stats", "/metrics", "/healthz", "/feed/schedule",
    ]
    private static let lasting = ["/stream", "/events", "/ws"]

    @Test(
        "only GET is allowed, and HEAD where the response to GET ends", arguments: finite + lasting,
        ["POST", "HEAD", "PUT"])
    func methods(target: String, method: String) async throws {
        let isFinite = Self.finite.contains(target)
        if method == "HEAD", isFinite { return }
        try await withServer { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                try connection.send("\(method) \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
                let text = connection.readToEnd().text
                #expect(text.hasPrefix("HTTP/1.1 405 Method Not Allowed\r\n"))
                #expect(text.contains("\r\nAllow: \(isFinite ? "GET, HEAD" : "GET")\r\n"))
                // RFC 9110 §9.3.2: the response to HEAD ends with its headers.
                #expect(text.hasSuffix("\r\n\r\n") == (method == "HEAD"))
            }
        }
    }

    @Test(
        "HEAD gets the headers of GET and no body, and the connection stays open",
        arguments: ["/poll?after=0", "/poll?after=2", "/long-poll?after=0", "/healthz", "/feed/schedule"])
    func head(target: String) async throws {
        try await withServer(items: 2) { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                let wanted = try connection.exchange(target)
                try connection.send(
                    "HEAD \(target) HTTP/1.1\r\nHost: a\r\n\r\nGET /nothing HTTP/1.1\r\nHost: a\r\n\r\n")
                let text = connection.readToEnd().text
                let (head, rest) = Self.split(text)
                #expect(Self.undated(head) == Self.undated(wanted.head))
                #expect(rest.hasPrefix("HTTP/1.1 404 "))
            }
        }
    }

    @Test(
        "a HEAD that the parser refuses gets no body",
        arguments: ["*", "/" + String(repeating: "a", count: 9_000), "/a#b"])
    func refusedHead(target: String) async throws {
        try await withServer { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                try connection.send("HEAD \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
                let text = connection.readToEnd().text
                #expect(text.hasPrefix("HTTP/1.1 4"))
                #expect(text.hasSuffix("\r\n\r\n"))
            }
        }
    }

    @Test(
        "a scheme is case-insensitive, a URL without a path is /, OPTIONS * gets the allowed methods",
        arguments: [
            ("GET HTTP://a/healthz", 200), ("GET HttpS://a/healthz", 200), ("GET http://a", 404),
            ("GET HTTP://[::1]:80", 404),
            ("OPTIONS *", 204),
        ])
    func targets(line: String, status: Int) async throws {
        try await withServer { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                try connection.send("\(line) HTTP/1.1\r\nHost: a\r\n\r\n")
                let answer = try connection.readResponse()
                #expect(answer.status == status)
                if status == 204 { #expect(answer["allow"] == "GET, HEAD, POST, OPTIONS") }
            }
        }
    }

    @Test("a client whose body is not read gets no 100")
    func expectWithoutReading() async throws {
        try await withServer { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                try connection.send(
                    "GET /healthz HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
                let answer = try connection.readResponse()
                #expect(answer.status == 200)
                #expect(answer["connection"] == "close")
            }
        }
    }

    @Test("an empty Last-Event-ID is ignored", arguments: ["", " "])
    func emptyEventID(id: String) async throws {
        try await withServer(items: 2) { server in
            let port = server.port
            let answer = try await blocking {
                try RawConnection(port: port).exchange("/events?after=0", "Last-Event-ID:\(id)")
            }
            #expect(answer.status == 200)
        }
    }

    private static func split(_ text: String) -> (head: String, rest: String) {
        guard let end = text.firstRange(of: "\r\n\r\n") else { return (text, "") }
        return (String(text[..<end.upperBound]), String(text[end.upperBound...]))
    }

    private static func undated(_ head: String) -> [Substring] {
        head.split(separator: "\r\n").filter { !$0.hasPrefix("Date: ") }
    }

    @Test("pipelined requests are answered in order", arguments: [1, 7, .max])
    func pipelined(chunkBytes: Int) async throws {
        try await withServer(items: 3) { server in
            let port = server.port
            try await blocking {
                let targets = [
                    "/poll?after=0", "/stats", "/poll?after=2", "/long-poll?after=1", "/healthz", "/poll?after=3",
                ]
                let wire = targets.map { "GET \($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined()
                let connection = try RawConnection(port: port)
                var rest = Array(wire.utf8)[...]
                while !rest.isEmpty {
                    try connection.send(Array(rest.prefix(chunkBytes)))
                    rest = rest.dropFirst(chunkBytes)
                }
                let answers = try targets.map { _ in try connection.readResponse() }
                #expect(answers.map(\.status) == [200, 200, 200, 200, 200, 204])
                #expect(answers.map(\.sequences) == [[1, 2, 3], [], [3], [2, 3], [], []])
                #expect(answers[4].body == "ready\n")
                #expect(answers[5]["last-sequence"] == "3")
            }
        }
    }

    @Test("a request after a held poll is answered after it")
    func pipelinedBehindHeldPoll() async throws {
        try await withServer(items: 1) { server in
            let port = server.port
            let connection = try RawConnection(port: port)
            try connection.send(
                "GET /long-poll?after=1 HTTP/1.1\r\nHost: a\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            server.publish(line: Array("next".utf8))
            #expect(try connection.readResponse().sequences == [2])
            #expect(try connection.readResponse().body == "ready\n")
        }
    }

    @Test(
        "a client that requests the end of the connection gets it after a whole response",
        arguments: [
            "GET /poll?after=0 HTTP/1.0\r\n\r\n", "GET /poll?after=0 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            "GET /poll?after=0 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            "GET /long-poll?after=0 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            "GET /feed/schedule HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        ])
    func closes(text: String) async throws {
        try await withServer(items: 2) { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                try connection.send(text)
                let answer = try connection.readResponse()
                #expect(answer.status == 200)
                #expect(answer["connection"] == "close")
                #expect(!answer.body.isEmpty)
                #expect(connection.readToEnd().end == .closed)
            }
        }
    }

    @Test(
        "a client that closes its half with its request still gets the response",
        arguments: ["/poll?after=0", "/poll?latest=1"])
    func halfClosed(target: String) async throws {
        try await withServer(items: 2) { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                try connection.send("GET \(target) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                connection.finishSending()
                #expect(connection.readToEnd().text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            }
        }
    }

    @Test(
        "the body of a request to a page is discarded, and the next request is read", arguments: [1, 1_000, 200_000])
    func bodies(bytes: Int) async throws {
        try await withServer { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                try connection.send("GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: \(bytes)\r\n\r\n")
                try connection.send([UInt8](repeating: UInt8(ascii: "G"), count: bytes))
                #expect(try connection.readResponse().status == 200)
                #expect(try connection.exchange("/healthz").status == 200)
            }
        }
    }
}

import FeedServer
import Foundation
import Testing
import Transports

@Suite("Requests over the wire", .timeLimit(.minutes(1)))
struct WireRequestTests {
    @Test(
        "what is right and asks too much is refused, and says what is allowed",
        arguments: [
            ("/poll?after=x", 400, "after is 'x'; allowed is the sequence of the last item received, 0 for none\n"),
            ("/poll?after=4", 400, "after is 4, ahead of the feed; its last sequence is 3\n"),
            ("/long-poll?after=99", 400, "after is 99, ahead of the feed; its last sequence is 3\n"),
            ("/long-poll?hold=121s", 400, "hold is '121s'; allowed is 1ms to 120s, such as 25s\n"),
            ("/feed/schedule?from=x", 400, "from is 'x'; allowed is a sequence, 1 or more\n"),
            ("/feed/schedule?from=0", 400, "from is '0'; allowed is a sequence, 1 or more\n"),
            ("/feed/schedule?from=5&to=4", 400, "from is 5, which is after to, 4\n"),
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

    @Test("an unknown path is told what there is", arguments: ["/", "/pol", "/poll/", "/POLL", "/nothing?after=1"])
    func unknownPath(target: String) async throws {
        try await withServer { server in
            let port = server.port
            let answer = try await blocking { try RawConnection(port: port).exchange(target) }
            #expect(answer.status == 404)
            for path in TransportRegistry.all.map({ "\($0.path)" }) where !path.isEmpty {
                #expect(answer.body.contains(path))
            }
            #expect(answer.body.contains("/stats"))
        }
    }

    @Test(
        "only GET is allowed",
        arguments: ["/poll", "/long-poll", "/stream", "/events", "/ws", "/stats", "/healthz", "/feed/schedule"],
        ["POST", "HEAD", "PUT"])
    func methods(target: String, method: String) async throws {
        try await withServer { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                try connection.send("\(method) \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
                let text = connection.readToEnd().text
                #expect(text.hasPrefix("HTTP/1.1 405 Method Not Allowed\r\n"))
                #expect(text.contains("\r\nAllow: GET\r\n"))
                // RFC 9110 §9.3.2: the answer to HEAD ends with its head.
                #expect(text.hasSuffix("\r\n\r\n") == (method == "HEAD"))
            }
        }
    }

    @Test("pipelined requests are answered in their order", arguments: [1, 7, .max])
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

    @Test("a request behind a held poll waits for its turn")
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
        "a client that asks for an end gets one, after a whole answer",
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
        "a client that ends its half with its request still gets the answer",
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
        "the body of a request to a page is thrown away, and the next request is read", arguments: [1, 1_000, 200_000])
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

import Feed
import FeedServer
import Foundation
import Testing
import Transports

@Suite("Publishing items from outside", .timeLimit(.minutes(1)))
struct PublishTests {
    @Test(
        "an item is published and delivered; the response is its sequence",
        arguments: ["hi", "hi\n", "hi\r\n"])
    func published(body: String) async throws {
        try await withPublishing { port in
            try await blocking {
                let held = try RawConnection(port: port)
                try held.send("GET /long-poll?after=0 HTTP/1.1\r\nHost: a\r\n\r\n")
                let publisher = try RawConnection(port: port)
                let answer = try publisher.publish(body)
                #expect(answer.status == 201)
                #expect(answer.body == "1\n")
                #expect(try held.readResponse().body.hasSuffix(",hi\n"))
                #expect(try publisher.publish("again").body == "2\n", "the connection stays open")
                #expect(try publisher.exchange("/poll?after=1").sequences == [2])
                #expect(try publisher.publish("third", scheme: "bearer").status == 201, "the scheme may be in any case")
            }
        }
    }

    @Test("the body is read at any split; the bytes after it are the next request")
    func cut() async throws {
        try await withPublishing { port in
            try await blocking {
                let connection = try RawConnection(port: port)
                let item = String(repeating: "x", count: 100_000)
                let wire = RawConnection.publication(item) + "GET /poll?after=0 HTTP/1.1\r\nHost: a\r\n\r\n"
                var rest = Array(wire.utf8)[...]
                while !rest.isEmpty {
                    try connection.send(Array(rest.prefix(1_500)))
                    rest = rest.dropFirst(1_500)
                }
                #expect(try connection.readResponse().status == 201)
                #expect(try connection.readResponse().body.hasSuffix(",\(item)\n"))
            }
        }
    }

    @Test(
        "publishing requires the token",
        arguments: [
            nil, "", "Bearer", "Bearer ", "Bearer wrong", "Bearer  a-secret-of-this-test",
            "Basic a-secret-of-this-test",
            "Bearer a-secret-of-this-tesT", "Bearer a-secret-of-this-test2", "a-secret-of-this-test",
        ])
    func unauthorized(authorization: String?) async throws {
        try await withPublishing { port in
            try await blocking {
                let connection = try RawConnection(port: port)
                let field = authorization.map { "Authorization: \($0)\r\n" } ?? ""
                try connection.send("POST /publish HTTP/1.1\r\nHost: a\r\n\(field)Content-Length: 2\r\n\r\nhi")
                let answer = try connection.readResponse()
                #expect(answer.status == 401)
                #expect(answer["www-authenticate"] == "Bearer")
                #expect(try RawConnection(port: port).exchange("/poll?after=0").status == 204)
            }
        }
    }

    @Test(
        "a body that is not an item is refused",
        arguments: [
            ("", "the body is empty; an item is one line\n"), ("\n", "the body is empty; an item is one line\n"),
            ("a\nb", "the body has several lines; an item is one line\n"),
            ("a\rb", "the body has several lines; an item is one line\n"),
        ])
    func noItem(body: String, sentence: String) async throws {
        try await withPublishing { port in
            try await blocking {
                let answer = try RawConnection(port: port).publish(body)
                #expect(answer.status == 400)
                #expect(answer.body == sentence)
            }
        }
    }

    @Test(
        "a body that is not UTF-8 is refused and counted, and not delivered",
        arguments: [[0x63, 0x61, 0x66, 0xe9], [0xff, 0xfe, 0xfa], [0xed, 0xa0, 0x80]] as [[UInt8]])
    func notUTF8(body: [UInt8]) async throws {
        try await withPublishing { port in
            try await blocking {
                let connection = try RawConnection(port: port)
                let head = RawConnection.publication(String(repeating: "x", count: body.count)).dropLast(body.count)
                try connection.send(Array(head.utf8) + body)
                let answer = try connection.readResponse()
                #expect(answer.status == 400)
                #expect(answer.body.hasPrefix("the line is not UTF-8 (byte "))
                let other = try RawConnection(port: port)
                #expect(try other.exchange("/poll?after=0").status == 204)
                #expect(try other.exchange("/stats").body.contains("\"refused_items\":1,"))
                #expect(try other.exchange("/metrics").body.contains("\npushlab_refused_items_total 1\n"))
            }
        }
    }

    @Test("a line from within the program must follow the same rules")
    func line() async throws {
        try await withServer { server in
            #expect(server.publish(line: [0xff]) == .notUTF8(position: 1))
            #expect(server.publish(line: [0x61]) == nil)
            let large = [UInt8](repeating: 0x61, count: ItemLine.maximumBytes + 1)
            #expect(server.publish(line: large) == .oversized(bytes: ItemLine.maximumBytes + 1))
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                #expect(try connection.exchange("/long-poll?after=0").sequences == [1])
                #expect(try connection.exchange("/stats").body.contains("\"refused_items\":2,"))
            }
        }
    }

    @Test("Expect: 100-continue gets 100 before the item is published", arguments: [true, false])
    func expectContinue(isChunked: Bool) async throws {
        try await withPublishing { port in
            try await blocking {
                let connection = try RawConnection(port: port)
                let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: 2"
                let head = "POST /publish HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\(framing)\r\n"
                try connection.send(head + "Authorization: Bearer \(publishToken)\r\n\r\n")
                #expect(try connection.readResponse().head == "HTTP/1.1 100 Continue\r\n\r\n")
                try connection.send(isChunked ? "2\r\nhi\r\n0\r\n\r\n" : "hi")
                #expect(try connection.readResponse().status == 201)
                // Without the token the final response is sent at once.
                let other = try RawConnection(port: port)
                try other.send(head + "\r\n")
                #expect(try other.readResponse().status == 401)
                #expect(other.readToEnd().end == .closed)
            }
        }
    }

    @Test("only POST is allowed; without a token the server has no such path")
    func elsewhere() async throws {
        try await withPublishing { port in
            try await blocking {
                let answer = try RawConnection(port: port).exchange("/publish")
                #expect(answer.status == 405)
                #expect(answer["allow"] == "POST")
            }
        }
        try await withServer { server in
            let port = server.port
            let answer = try await blocking { try RawConnection(port: port).publish("hi") }
            #expect(answer.status == 404)
        }
    }

    @Test("a body that does not arrive in time ends the connection")
    func slowBody() async throws {
        try await withServer {
            $0.publishToken = publishToken
            $0.headTimeout = .milliseconds(100)
        } running: { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                try connection.send(String(RawConnection.publication("hello").dropLast(2)))
                #expect(connection.readToEnd().end == .closed)
                #expect(try RawConnection(port: port).exchange("/poll?after=0").status == 204)
            }
        }
    }

    @Test("the counters are available to Prometheus")
    func metrics() async throws {
        try await withServer(items: 3) { server in
            let port = server.port
            try await blocking {
                let answer = try RawConnection(port: port).exchange("/metrics")
                #expect(answer.status == 200)
                #expect(answer["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
                let lines = answer.body.split(separator: "\n")
                #expect(lines.contains("pushlab_feed_newest_sequence 3"))
                #expect(lines.contains("# TYPE pushlab_connections gauge"))
                #expect(lines.contains { $0.hasPrefix("pushlab_requests_total ") })
                // HELP and TYPE come before every sample.
                var described: Substring = ""
                for (index, line) in lines.enumerated() {
                    if line.hasPrefix("# TYPE ") {
                        described = line.split(separator: " ")[2]
                        #expect(lines[index - 1].hasPrefix("# HELP \(described) "))
                    } else if !line.hasPrefix("#") {
                        let name = line.prefix { $0 != " " && $0 != "{" }
                        let parts = ["", "_bucket", "_sum", "_count"].map { "\(described)\($0)" }
                        #expect(parts.contains("\(name)"), "\(line) follows the description of \(described)")
                    }
                }
            }
        }
    }
}

extension RawConnection {
    fileprivate func publish(_ body: String, scheme: String = "Bearer") throws -> RawResponse {
        try send(Self.publication(body, scheme: scheme))
        return try readResponse()
    }
}

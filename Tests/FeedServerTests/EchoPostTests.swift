import FeedServer
import Glibc
import Measurement
import Testing
import Transports

@Suite("POST /echo over the wire", .timeLimit(.minutes(1)))
struct EchoPostTests {
    @Test(
        "the body is echoed with its type, and the connection stays open", arguments: [0, 1, 127, 5_000, 1 << 20],
        [1_000, .max])
    func body(bytes: Int, chunkBytes: Int) async throws {
        try await withServer { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                let body = (0..<bytes).map { UInt8(truncatingIfNeeded: 33 + $0 % 90) }
                for type in ["text/plain", "application/x-own; a=\"b\""] {
                    try connection.send(
                        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: \(type)\r\nContent-Length: \(bytes)\r\n\r\n")
                    var rest = body[...]
                    while !rest.isEmpty {
                        try connection.send(Array(rest.prefix(chunkBytes)))
                        rest = rest.dropFirst(chunkBytes)
                    }
                    let answer = try connection.readResponse()
                    #expect(answer.status == 200)
                    #expect(answer["content-type"] == type)
                    #expect(answer["connection"] == nil)
                    #expect(answer.body == String(decoding: body, as: UTF8.self))
                }
            }
        }
    }

    @Test("an incomplete body counts in the memory for messages, and is answered 503 above its limit")
    func memory() async throws {
        let budget = MemoryBudget(bytes: 50_000)
        try await withServer {
            $0.settings.messageMemory = budget
        } running: { server in
            let port = server.port
            try await blocking {
                let head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 40001\r\n\r\n"
                let part = [UInt8](repeating: 0x61, count: 40_000)
                let first = try RawConnection(port: port)
                try first.send(Array(head.utf8) + part)
                while budget.takenBytes < 40_000 { usleep(1_000) }
                let second = try RawConnection(port: port)
                try second.send(Array(head.utf8) + part)
                #expect(try second.readResponse().status == 503)
                #expect(second.readToEnd().end == .closed)
                try first.send([0x62])
                #expect(try first.readResponse().body.count == 40_001)
                while budget.takenBytes > 0 { usleep(1_000) }
            }
        }
    }

    @Test("without a type and a length the response is empty, with type application/octet-stream")
    func bare() async throws {
        try await withServer { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                try connection.send("POST /echo HTTP/1.1\r\nHost: a\r\n\r\n")
                let answer = try connection.readResponse()
                #expect(answer.status == 200)
                #expect(answer["content-length"] == "0")
                #expect(answer["content-type"] == "application/octet-stream")
                #expect(answer["date"]?.hasSuffix(" GMT") == true)
            }
        }
    }

    @Test(
        "a chunked body is echoed with a length, at any split, and the connection stays open", arguments: [1, 7, .max])
    func chunked(chunkBytes: Int) async throws {
        try await withServer { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                let wire =
                    "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "5\r\nhello\r\n7;x=y\r\n, world\r\n0\r\nX: trailer\r\n\r\n"
                    + "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
                var rest = Array(wire.utf8)[...]
                while !rest.isEmpty {
                    try connection.send(Array(rest.prefix(chunkBytes)))
                    rest = rest.dropFirst(chunkBytes)
                }
                let answer = try connection.readResponse()
                #expect(answer.status == 200)
                #expect(answer["content-length"] == "12")
                #expect(answer.body == "hello, world")
                #expect(try connection.readResponse().body == "ready\n")
            }
        }
    }

    @Test("a chunked body is refused as soon as it exceeds the limit or breaks the coding")
    func chunkedTooLong() async throws {
        try await withServer {
            $0.settings.echoLimit = 10
        } running: { server in
            let port = server.port
            try await blocking {
                let head = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                for (body, status) in [("6\r\nabcdef\r\n5\r\nabcde", 413), ("2\r\nabc", 400)] {
                    let connection = try RawConnection(port: port)
                    try connection.send(head + body)
                    #expect(try connection.readResponse().status == status)
                    #expect(connection.readToEnd().end == .closed)
                }
            }
        }
    }

    static let refused: [(fields: String, status: Int, sentence: String)] = [
        (
            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577", 413,
            "the body is longer than the allowed 1048576 B"
        ),
        (
            "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked", 411,
            "the request body has a coding other than chunked"
        ),
        ("PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1", 405, "only GET and POST are allowed here"),
        ("DELETE /echo HTTP/1.1\r\nHost: a", 405, "only GET and POST are allowed here"),
    ]

    @Test("a request that cannot be echoed is refused with a reason, and the connection closes", arguments: refused)
    func refuses(fields: String, status: Int, sentence: String) async throws {
        try await withServer { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                try connection.send(fields + "\r\n\r\nx")
                let answer = try connection.readResponse()
                #expect(answer.status == status)
                #expect(answer.body.hasPrefix(sentence))
                #expect(answer["allow"] == (status == 405 ? "GET, POST" : nil))
                #expect(connection.readToEnd().end == .closed)
            }
        }
    }

    @Test("pipelined bodies are echoed in order, at any split", arguments: [1, 13, .max])
    func pipelined(chunkBytes: Int) async throws {
        try await withServer { server in
            let port = server.port
            try await blocking {
                let bodies = ["first", "", String(repeating: "second\r\n\r\n", count: 300), "GET / HTTP/1.1\r\n\r\n"]
                let wire = bodies.map {
                    "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \($0.utf8.count)\r\n\r\n\($0)"
                }.joined()
                let connection = try RawConnection(port: port)
                var rest = Array((wire + "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").utf8)[...]
                while !rest.isEmpty {
                    try connection.send(Array(rest.prefix(chunkBytes)))
                    rest = rest.dropFirst(chunkBytes)
                }
                #expect(try bodies.map { _ in try connection.readResponse().body } == bodies)
                #expect(try connection.readResponse().body == "ready\n")
            }
        }
    }

    @Test("Expect: 100-continue gets 100 before the response; an empty body needs no 100")
    func interimContinue() async throws {
        try await withServer { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                let head = "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: "
                try connection.send(head + "4\r\n\r\n")
                #expect(try connection.readResponse().head == "HTTP/1.1 100 Continue\r\n\r\n")
                try connection.send("body")
                #expect(try connection.readResponse().body == "body")
                try connection.send(head + "0\r\n\r\n")
                #expect(try connection.readResponse().status == 200)
            }
        }
    }

    @Test("Connection: close ends the connection after the whole body")
    func closes() async throws {
        try await withServer { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                try connection.send(
                    "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody")
                let answer = try connection.readResponse()
                #expect(answer["connection"] == "close")
                #expect(answer.body == "body")
                #expect(connection.readToEnd().end == .closed)
            }
        }
    }

    @Test("waiting for the rest of a body ends at the timeout")
    func slowBody() async throws {
        try await withServer {
            $0.idleTimeout = .milliseconds(300)
        } running: { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                try connection.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo")
                let (text, end) = connection.readToEnd()
                #expect(text.isEmpty)
                #expect(end != .silent)
            }
        }
    }
}

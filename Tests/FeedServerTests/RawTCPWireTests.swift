import FeedServer
import Testing
import Transports

@Suite("Raw TCP over the wire", .timeLimit(.minutes(1)))
struct RawTCPWireTests {
    @Test("items with a length before each, on the port that serves HTTP", arguments: [1, 4, .max])
    func items(chunkBytes: Int) async throws {
        let server = try await startServer(items: 3)
        let port = server.port
        let connection = try await blocking { () -> StreamConnection in
            let connection = try RawConnection(port: port)
            var rest = Array("FEED after=1\n".utf8)[...]
            while !rest.isEmpty {
                try connection.send(Array(rest.prefix(chunkBytes)))
                rest = rest.dropFirst(chunkBytes)
            }
            #expect(try connection.readMessage().hasSuffix(",line 2"))
            #expect(try connection.readMessage().hasSuffix(",line 3"))
            #expect(try RawConnection(port: port).exchange("/poll?after=2").sequences == [3])
            return StreamConnection(connection)
        }
        server.publish(line: Array("line 4".utf8))
        #expect(try await blocking { try connection.raw.readMessage() }.hasSuffix(",line 4"))
        async let stopped: Void = server.stop(patience: .milliseconds(500))
        let (notice, end) = try await blocking {
            (try connection.raw.readNotice(), connection.raw.readToEnd().end)
        }
        await stopped
        #expect(notice == "the server stops")
        #expect(end == .closed)
    }

    @Test(
        "an invalid request gets one notice, and the connection ends",
        arguments: [
            ("FEED after=2\n", "oldest=7"),
            ("FEED after=11\n", "after is 11, ahead of the feed; its last sequence is 10"),
            (
                "FEED after=x\n",
                "the first line is not FEED after=SEQ, where SEQ is the sequence of the last item received, or 0"
            ),
            (
                "FEED / HTTP/1.1\r\nHost: a\r\n\r\n",
                "the first line is not FEED after=SEQ, where SEQ is the sequence of the last item received, or 0"
            ),
            (
                "FEED after=" + String(repeating: "1", count: 60),
                "the first line is longer than the limit of 64 B"
            ),
        ])
    func refusals(line: String, notice: String) async throws {
        try await withServer(items: 10) {
            $0.historyItems = 4
        } running: { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                try connection.send(line)
                #expect(try connection.readNotice() == notice)
                #expect(connection.readToEnd().end == .closed)
            }
        }
    }

    @Test("a client that does not finish its first line gets a notice at the timeout")
    func slowLine() async throws {
        try await withServer(items: 1) {
            $0.headTimeout = .milliseconds(100)
        } running: { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                try connection.send("FEED after")
                #expect(try connection.readNotice() == "the first line was not complete within 100 ms")
                #expect(connection.readToEnd().end == .closed)
            }
        }
    }

    @Test("a full server sends a notice")
    func full() async throws {
        try await withServer {
            $0.maximumConnections = 1
        } running: { server in
            let port = server.port
            try await blocking {
                let first = try RawConnection(port: port)
                #expect(try first.exchange("/healthz").status == 200)
                let second = try RawConnection(port: port)
                try second.send("FEED\n")
                #expect(try second.readNotice() == "the server has reached its maximum of 1 connections")
            }
        }
    }

    @Test("other methods that begin with F are HTTP", arguments: ["FETCH", "FEEDS", "F"])
    func otherMethods(method: String) async throws {
        try await withServer { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                try connection.send("\(method) /poll HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try connection.readResponse().status == 405)
            }
        }
    }

    @Test("a first line after the first request is HTTP")
    func later() async throws {
        try await withServer { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                #expect(try connection.exchange("/healthz").status == 200)
                try connection.send("FEED after=0\n\r\n\r\n")
                #expect(try connection.readResponse().status == 400)
            }
        }
    }
}

extension RawConnection {
    /// Reads one item after its length.
    fileprivate func readMessage() throws -> String {
        let length = try read(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        if length >= 1 << 31 { throw Failure(what: "a notice instead of an item") }
        return String(decoding: try read(Int(length)), as: UTF8.self)
    }

    /// Reads one notice.
    fileprivate func readNotice() throws -> String {
        let length = try read(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        if length < 1 << 31 { throw Failure(what: "an item instead of a notice") }
        return String(decoding: try read(Int(length & 0x7fff_ffff)), as: UTF8.self)
    }
}

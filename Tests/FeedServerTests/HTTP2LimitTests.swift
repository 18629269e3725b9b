import FeedServer
import Glibc
import Host
import Measurement
import Testing

@Suite("Limits for the client of one HTTP/2 connection", .timeLimit(.minutes(1)))
struct HTTP2LimitTests {
    private typealias Client = HTTP2Client

    @Test("streams above the limit are refused; the others continue")
    func maximumStreams() async throws {
        try await withServer(items: 1) {
            $0.maximumStreams = 3
        } running: { server in
            let port = server.port
            try await blocking {
                let client = try Client(port: port)
                // The client has not read the server's SETTINGS yet, so it may exceed the limit.
                try client.send([1, 3, 5, 7].flatMap { Client.request("GET", "/events", stream: $0) })
                #expect(try client.answer(on: 7).resetCode == 7, "REFUSED_STREAM")
                #expect(client.settings[3] == 3, "MAX_CONCURRENT_STREAMS")
                for stream in [1, 3, 5] { #expect(try client.head(on: stream)[":status"] == "200") }
                try client.send(Client.frame(.rstStream, stream: 1, [0, 0, 0, 8]))
                #expect(try client.exchange("GET", "/healthz", stream: 9).text == "ready\n")
                #expect(try Client(port: port).exchange("GET", "/healthz", stream: 1).text == "ready\n")
            }
        }
    }

    @Test("streams count like connections: above the server's maximum requests are answered 503")
    func maximumConnections() async throws {
        try await withServer(items: 1) {
            $0.maximumConnections = 4
        } running: { server in
            let port = server.port
            try await blocking {
                let client = try Client(port: port)
                for stream in [1, 3, 5, 7] {
                    try client.send(Client.request("GET", "/events", stream: stream))
                    #expect(try client.head(on: stream)[":status"] == "200")
                }
                let other = try RawConnection(port: port)
                let answer = try other.exchange("/healthz")
                #expect(answer.status == 503)
                #expect(answer.body == "the server has reached its maximum of 4 connections\n")
                // A freed place is reused.
                try client.send(Client.frame(.rstStream, stream: 3, [0, 0, 0, 8]))
                try client.send(Client.frame(.rstStream, stream: 5, [0, 0, 0, 8]))
                #expect(try client.exchange("GET", "/healthz", stream: 9).statuses == ["200"])
                #expect(try RawConnection(port: port).exchange("/healthz").status == 200)
            }
        }
    }

    @Test("a stream above the server's maximum is answered 503")
    func refusedStream() async throws {
        try await withServer(items: 1) {
            $0.maximumConnections = 2
            $0.maximumStreams = 10
        } running: { server in
            let port = server.port
            try await blocking {
                let client = try Client(port: port)
                for stream in [1, 3] {
                    try client.send(Client.request("GET", "/events", stream: stream))
                    #expect(try client.head(on: stream)[":status"] == "200")
                }
                let answer = try client.exchange("GET", "/events", stream: 5)
                #expect(answer.statuses == ["503"])
                #expect(answer.text == "the server has reached its maximum of 2 connections\n")
            }
        }
    }

    @Test("subscribers have a separate maximum, over all transports")
    func maximumSubscribers() async throws {
        try await withServer(items: 1) {
            $0.maximumSubscribers = 3
        } running: { server in
            let port = server.port
            try await blocking {
                let client = try Client(port: port)
                try client.send(Client.request("GET", "/events", stream: 1))
                #expect(try client.head(on: 1)[":status"] == "200")
                let socket = try RawConnection(port: port)
                #expect(try socket.upgrade("/ws").status == 101)
                let raw = try RawConnection(port: port)
                try raw.send("FEED after=0\n")
                _ = try raw.readAvailable()

                let sentence = "the server has reached its maximum of 3 subscribers\n"
                let stream = try client.exchange("GET", "/stream", stream: 3)
                #expect(stream.statuses == ["503"])
                #expect(stream.text == sentence)
                let connection = try RawConnection(port: port)
                #expect(try connection.exchange("/long-poll?hold=1s").body == sentence)
                // A short poll is not a subscriber, and neither is an echo.
                #expect(try RawConnection(port: port).exchange("/poll?after=0").sequences == [1])
                #expect(try RawConnection(port: port).upgrade("/echo").status == 101)
                let refusedRaw = try RawConnection(port: port)
                try refusedRaw.send("FEED after=0\n")
                #expect(refusedRaw.readToEnd().text.contains("maximum of 3 subscribers"))

                // A freed place is reused.
                try client.send(Client.frame(.rstStream, stream: 1, [0, 0, 0, 8]))
                #expect(try client.exchange("GET", "/long-poll?after=0", stream: 5).statuses == ["200"])
                #expect(try client.exchange("GET", "/long-poll?after=0", stream: 7).statuses == ["200"])
            }
        }
    }

    @Test("rapid resets end the connection with ENHANCE_YOUR_CALM")
    func rapidReset() async throws {
        try await withServer { server in
            let port = server.port
            try await blocking {
                let client = try Client(port: port)
                for batch in 0..<16 {
                    let frames = (0..<100).flatMap { number in
                        let stream = (batch * 100 + number) * 2 + 1
                        return Client.request("GET", "/events", stream: stream)
                            + Client.frame(.rstStream, stream: stream, [0, 0, 0, 8])
                    }
                    // The server may have closed.
                    guard (try? client.send(frames)) != nil else { break }
                }
                #expect(try client.goAway() == 11)
                #expect(try RawConnection(port: port).exchange("/healthz").status == 200)
            }
        }
    }

    @Test("1,200 streams that were open together may be reset together")
    func leavingTogether() async throws {
        try await withServer(items: 1) { server in
            let port = server.port
            try await blocking {
                let client = try Client(port: port, patience: .seconds(20))
                // Before SETTINGS, a client cannot rely on more than 100 streams (RFC 9113 §6.5.2).
                try client.readSettings()
                let streams = (0..<1_200).map { $0 * 2 + 1 }
                try client.send(streams.flatMap { Client.request("GET", "/events?after=1", stream: $0) })
                _ = try client.head(on: streams[1_199])
                try client.send(streams.flatMap { Client.frame(.rstStream, stream: $0, [0, 0, 0, 8]) })
                #expect(try client.exchange("GET", "/healthz", stream: 2_401).text == "ready\n")
                #expect(client.goAwayCode == nil)
            }
        }
    }

    @Test("bytes after the server's GOAWAY for a protocol error are not stored")
    func afterGoAway() async throws {
        try await withServer { server in
            let port = server.port
            try await blocking {
                let before = ProcessUsage.ofThisProcess().residentBytes ?? 0
                let clients = try (0..<2).map { _ in try Client(port: port, patience: .milliseconds(300)) }
                // Not frames: a reader that continues would wait for the rest of a long frame.
                let junk = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) }
                for client in clients {
                    try client.send(Client.frame(.data, stream: 0))
                    #expect(try client.goAway() == 1)
                    // Until sending fails: the server stops reading.
                    for _ in 0..<64 { guard (try? client.connection.send(junk)) != nil else { break } }
                }
                let growth = (ProcessUsage.ofThisProcess().residentBytes ?? 0) - before
                #expect(growth < 32 << 20, "\(growth >> 20) MiB")
                #expect(try RawConnection(port: port).exchange("/healthz").status == 200)
            }
        }
    }

    @Test("a field block without an end, or above 16 KiB, ends the connection", arguments: [1, 1_000, 16_000])
    func continuationFlood(bytes: Int) async throws {
        try await withServer { server in
            let port = server.port
            try await blocking {
                let client = try Client(port: port)
                let field = Client.literal("x", String(repeating: "y", count: bytes))
                try client.send(Client.frame(.headers, flags: 1, stream: 1, field))
                for _ in 0..<200 {
                    guard (try? client.send(Client.frame(.continuation, stream: 1, field))) != nil else { break }
                }
                #expect(try client.goAway() != nil)
                #expect(try RawConnection(port: port).exchange("/healthz").status == 200)
            }
        }
    }
}

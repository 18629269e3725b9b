import Feed
import FeedServer
import Foundation
import Measurement
import Testing
import Transports
import WireAccounting

@Suite("Streams over the wire", .timeLimit(.minutes(1)))
struct StreamWireTests {
    @Test("a line stream: available items, one chunk per publication, then the last chunk")
    func lines() async throws {
        let server = try await startServer(items: 2)
        let port = server.port
        let connection = try await blocking { () -> StreamConnection in
            let connection = try RawConnection(port: port)
            let head = try connection.exchange("/stream?after=0")
            #expect(head.status == 200)
            #expect(head["transfer-encoding"] == "chunked")
            #expect(head["content-type"] == "text/plain; charset=utf-8")
            #expect(head["content-length"] == nil)
            let lines = try connection.readChunk().split(separator: "\n")
            #expect(lines.map { $0.split(separator: ",")[0] } == ["1", "2"])
            return StreamConnection(connection)
        }
        server.publish(line: Array("line 3".utf8))
        let chunk = try await blocking { try connection.raw.readChunk() }
        #expect(chunk.hasPrefix("3,") && chunk.hasSuffix(",line 3\n"))
        async let stopped: Void = server.stop(patience: .milliseconds(500))
        let (rest, end) = try await blocking { connection.raw.readToEnd() }
        await stopped
        #expect(rest == "0\r\n\r\n")
        #expect(end == .closed)
    }

    @Test("events: the retry time, then one event per item, with the sequence as its id")
    func events() async throws {
        try await withServer(items: 2) { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                let head = try connection.exchange("/events?after=0", "Last-Event-ID: 1")
                #expect(head["content-type"] == "text/event-stream")
                #expect(head["cache-control"] == "no-store")
                #expect(try connection.readChunk() == "retry: 1000\n\n")
                let event = try connection.readChunk()
                #expect(event.hasPrefix("id: 2\ndata: 2,") && event.hasSuffix(",line 2\n\n"))
            }
        }
    }

    @Test("an event stream without items gets comments")
    func keepAlive() async throws {
        try await withServer(items: 1) {
            $0.settings.keepAlive = .milliseconds(50)
        } running: { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                #expect(try connection.exchange("/events?after=1").status == 200)
                #expect(try connection.readChunk() == "retry: 1000\n\n")
                #expect(try connection.readChunk() == ":\n\n")
                #expect(try connection.readChunk() == ":\n\n")
            }
        }
    }

    @Test(
        "the end of the feed ends the response; a client that reconnects gets 204",
        arguments: ["/stream", "/events"])
    func endOfFeed(path: String) async throws {
        try await withServer {
            $0.feed = .replay(FeedReplay(lines: [[0x61]], dues: [0]))
        } running: { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                #expect(try connection.exchange("\(path)?after=1").status == 200)
                if path == "/events" { #expect(try connection.readChunk() == "retry: 1000\n\n") }
                #expect(try connection.read(5) == Array("0\r\n\r\n".utf8))
                #expect(try connection.exchange("\(path)?after=1").status == 204)
                #expect(try connection.exchange("/healthz").status == 200)
            }
        }
    }

    @Test("a line stream after a gap is refused with 410, and the connection stays open")
    func gap() async throws {
        try await withServer(items: 10) {
            $0.historyItems = 4
        } running: { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                let refused = try connection.exchange("/stream?after=2")
                #expect(refused.status == 410)
                #expect(refused.body == "oldest=7\n")
                #expect(try connection.exchange("/stream?after=6").status == 200)
                #expect(try connection.readChunk().split(separator: "\n").count == 4)
                let events = try RawConnection(port: port)
                #expect(try events.exchange("/events?after=2").status == 200)
                #expect(try events.readChunk() == "retry: 1000\n\nid: 6\nevent: gap\ndata: oldest=7\n\n")
                #expect(try events.readChunk().hasPrefix("id: 7\n"))
            }
        }
    }

    @Test(
        "a client that does not read its stream gets a notice and is closed, or skips items, by policy",
        arguments: ["/stream", "/events"], SlowSubscriberPolicy.allCases)
    func slowSubscriber(path: String, policy: SlowSubscriberPolicy) async throws {
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 60_000)
        try await withServer {
            $0.historyItems = 4
            $0.settings.slowSubscriber = policy
        } running: { server in
            let port = server.port
            let slow = try await blocking { () -> StreamConnection in
                let connection = try RawConnection(port: port, receiveBufferBytes: 4_096)
                #expect(try connection.exchange("\(path)?after=0").status == 200)
                return StreamConnection(connection)
            }
            let quick = try await blocking { try StreamConnection(RawConnection(port: port)) }
            // 18 MB, far more than the socket buffers hold.
            for number in 1...300 {
                server.publish(line: line)
                let answer = try await blocking { try quick.raw.exchange("/long-poll?after=\(number - 1)") }
                try #require(answer.sequences == [UInt64(number)])
            }
            try await blocking {
                switch policy {
                case .disconnect:
                    let (text, end) = slow.raw.readToEnd()
                    #expect(end == .closed)
                    #expect(text.hasSuffix("\r\n0\r\n\r\n"), "a notice, then the last chunk")
                    #expect(text.suffix(100).contains("oldest=297"))
                case .skip:
                    var chunks = 1
                    // Item 300 is 8c in base 36.
                    while !(try slow.raw.readChunk()).contains("8c,") { chunks += 1 }
                    #expect(chunks < 100)
                }
            }
        }
    }

    @Test("bytes unsent when a client closes its half are counted, because the client reads them")
    func leaving() async throws {
        try await withServer { server in
            let port = server.port
            // In one write, so that the kernel has all of it.
            server.publish(line: [UInt8](repeating: UInt8(ascii: "x"), count: 200_000))
            try await blocking {
                let waiting = try RawConnection(port: port)
                while try waiting.exchange("/poll?latest=1").status == 204 {}
            }
            let before = try await kernel(port)
            let down = try await blocking { () -> Int in
                let connection = try RawConnection(port: port, receiveBufferBytes: 4_096)
                let head = try connection.exchange("/stream?after=0").head
                // The server has written what it can before it sees the end.
                Thread.sleep(forTimeInterval: 0.2)
                connection.finishSending()
                Thread.sleep(forTimeInterval: 0.2)
                let (text, end) = connection.readToEnd()
                #expect(end == .closed)
                return head.utf8.count + text.utf8.count
            }
            var counted = try await kernel(port).since(before)
            for _ in 0..<200 where counted.connections < 1 {
                try await Task.sleep(for: .milliseconds(10))
                counted = try await kernel(port).since(before)
            }
            #expect(counted.connections == 1)
            #expect(counted.bytesDown == Int64(down))
        }
    }

    private func kernel(_ port: Int) async throws -> KernelCount {
        let answer = try await blocking { try RawConnection(port: port).exchange("/stats") }
        return try JSONDecoder().decode(ServerStatus.self, from: Data(answer.body.utf8)).feedKernel ?? KernelCount()
    }
}

/// Passes a connection between threads; only one thread uses it at a time.
struct StreamConnection: @unchecked Sendable {
    let raw: RawConnection

    init(_ raw: RawConnection) { self.raw = raw }
}

extension RawConnection {
    /// Reads one chunk and returns its content.
    func readChunk() throws -> String {
        var size = ""
        while !size.hasSuffix("\r\n") { size += String(decoding: try read(1), as: UTF8.self) }
        guard let bytes = Int(size.dropLast(1), radix: 16) else { throw Failure(what: "a chunk's size is \(size)") }
        let content = String(decoding: try read(bytes), as: UTF8.self)
        #expect(try read(2) == [13, 10])
        return content
    }
}

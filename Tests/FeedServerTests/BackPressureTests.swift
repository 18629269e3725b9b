import Feed
import FeedServer
import Foundation
import Measurement
import Testing
import Transports

@Suite("A client that pipelines, and reads late or never", .timeLimit(.minutes(1)))
struct BackPressureTests {
    private static let line = [UInt8](repeating: UInt8(ascii: "x"), count: 100_000)

    private static func request(_ target: String, _ fields: String = "") -> String {
        "GET \(target) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
    }

    // Far more than fills the kernel's buffers of one connection: 70,000 requests.
    private static let manyBytes = 4 << 20
    private static let mostServed = 10_000

    /// Requests that the server has begun to answer, once there are no more of them.
    private static func served(_ port: Int) throws -> Int {
        let watching = try RawConnection(port: port)
        var (last, now, asked) = (-1, 0, 0)
        while last != now {
            Thread.sleep(forTimeInterval: 0.3)
            let stats = try watching.exchange("/stats").body
            let text = try #require(stats.firstMatch(of: /"requests":(\d+)/)?.1)
            // Those for the status are not under test.
            asked += 1
            (last, now) = (now, try #require(Int(text)) - asked)
        }
        return now
    }

    @Test(
        "its requests are no longer served while it reads no answer", arguments: ["/poll?after=0", "/stats"], [1, 2])
    func unread(target: String, threads: Int) async throws {
        try await withServer {
            $0.threads = threads
        } running: { server in
            // Each answer is far longer than its request.
            server.publish(line: Array(Self.line.prefix(3_000)))
            let port = server.port
            try await blocking {
                // One connection for each event loop.
                for _ in 1...threads {
                    let connection = try RawConnection(port: port, receiveBufferBytes: 4_096)
                    let requests = Array(String(repeating: Self.request(target), count: 1_000).utf8)
                    _ = try connection.sendWhilePossible(requests, upTo: Self.manyBytes)
                    #expect(try Self.served(port) < Self.mostServed)
                }
            }
        }
    }

    @Test("each request is answered in order once it reads", arguments: [1, 2])
    func readLate(threads: Int) async throws {
        try await withServer {
            $0.threads = threads
        } running: { server in
            server.publish(line: Self.line)
            let port = server.port
            try await blocking {
                let waiting = try RawConnection(port: port)
                while try waiting.exchange("/poll?after=0").status == 204 {}
                for _ in 1...threads {
                    let connection = try RawConnection(port: port, receiveBufferBytes: 4_096)
                    let pair = Self.request("/poll?after=0") + Self.request("/healthz")
                    try connection.send(String(repeating: pair, count: 200))
                    Thread.sleep(forTimeInterval: 0.3)
                    for _ in 1...200 {
                        #expect(try connection.readResponse().sequences == [1])
                        #expect(try connection.readResponse().body == "ready\n")
                    }
                }
            }
        }
    }

    @Test("large items are published on each thread, and all are answered", arguments: [1, 2])
    func published(threads: Int) async throws {
        try await withPublishing(threads: threads) { port in
            try await blocking {
                let item = String(repeating: "y", count: 300_000)
                for connection in try (1...4).map({ _ in try RawConnection(port: port) }) {
                    try connection.send(String(repeating: RawConnection.publication(item), count: 3))
                    #expect(try (1...3).map { _ in try connection.readResponse().status } == [201, 201, 201])
                }
            }
        }
    }

    @Test("a client finds its item in its next poll, on each thread", arguments: [1, 2])
    func readsItsOwn(threads: Int) async throws {
        try await withPublishing(threads: threads) { port in
            try await blocking {
                let connections = try (1...4).map { _ in try RawConnection(port: port) }
                var missing = 0
                for _ in 1...150 {
                    for connection in connections {
                        try connection.send(RawConnection.publication("first"))
                        let sequence = try connection.readResponse().body.dropLast()
                        let poll = Self.request("/poll?after=\(sequence)")
                        try connection.send(RawConnection.publication("second") + poll)
                        _ = try connection.readResponse()
                        if try connection.readResponse().status != 200 { missing += 1 }
                    }
                }
                #expect(missing == 0)
            }
        }
    }

    // Longer than a client may take to close its half after the server.
    private static let pause = 5.0

    @Test("a client that reads late gets the whole response before the end")
    func late() async throws {
        try await withLargeItems { port in
            let connection = try RawConnection(port: port, receiveBufferBytes: 4_096)
            try connection.send(Self.request("/poll?after=0", "Connection: close\r\n"))
            Thread.sleep(forTimeInterval: Self.pause)
            #expect(try connection.readResponse().sequences == Array(1...6))
        }
    }

    @Test(
        "a client that closes its half gets a whole response although a held request follows",
        arguments: ["/long-poll?after=6", "/stream?after=6", "/events?after=6"])
    func heldBehind(target: String) async throws {
        try await withLargeItems { port in
            let connection = try RawConnection(port: port, receiveBufferBytes: 4_096)
            try connection.send(Self.request("/poll?after=0") + Self.request(target))
            connection.finishSending()
            #expect(try connection.readResponse().sequences == Array(1...6))
            #expect(connection.readToEnd().end == .closed)
        }
    }

    @Test("over HTTP/2, a client that closes its half after its request is answered", arguments: [1, 2])
    func halfClosedHTTP2(threads: Int) async throws {
        try await withPublishing(threads: threads) { port in
            try await blocking {
                for sequence in 1...4 {
                    let client = try HTTP2Client(port: port)
                    let fields = [("authorization", "Bearer \(publishToken)")]
                    try client.send(
                        HTTP2Client.request("POST", "/publish", fields, stream: 1, endsStream: false),
                        HTTP2Client.data(Array("item".utf8), stream: 1, endsStream: true))
                    client.connection.finishSending()
                    let (text, end) = client.connection.readToEnd()
                    // DATA with END_STREAM on stream 1: the item's sequence.
                    #expect(text.contains("\0\0\u{2}\0\u{1}\0\0\0\u{1}\(sequence)\n"), "\(sequence)")
                    #expect(end == .closed)
                }
            }
        }
    }
}

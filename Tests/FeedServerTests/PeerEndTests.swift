import FeedServer
import Foundation
import Measurement
import Testing
import Transports
import WireAccounting

@Suite("The end of a connection, and its kernel counters", .timeLimit(.minutes(1)))
struct PeerEndTests {
    @Test(
        "a client that closes its half right after a request is answered, then the connection ends",
        arguments: ["/poll?after=0", "/long-poll?after=0", "/poll?after=2", "/stats", "/feed/schedule", "/nothing"])
    func halfClosed(target: String) async throws {
        try await withServer(items: 2) { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                try connection.send("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
                connection.finishSending()
                let (text, end) = connection.readToEnd()
                #expect(text.hasPrefix("HTTP/1.1 "))
                #expect(end == .closed)
            }
        }
    }

    @Test("all pipelined requests are answered before the connection ends")
    func pipelined() async throws {
        try await withServer(items: 2) { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                let targets = ["/stats", "/poll?after=1", "/stats", "/poll?after=0"]
                try connection.send(targets.map { "GET \($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
                connection.finishSending()
                let (text, end) = connection.readToEnd()
                #expect(text.components(separatedBy: "HTTP/1.1 200 ").count == 5)
                #expect(end == .closed)
            }
        }
    }

    @Test("a client that has closed its half gets a large response completely")
    func largeAnswer() async throws {
        try await withLargeItems { port in
            let connection = try RawConnection(port: port, receiveBufferBytes: 4_096)
            try connection.send("GET /poll?after=0 HTTP/1.1\r\nHost: a\r\n\r\n")
            connection.finishSending()
            let (text, end) = connection.readToEnd()
            #expect(text.utf8.count > 6 << 20)
            #expect(end == .closed)
        }
    }

    @Test(
        "a held poll ends when its client closes its half",
        arguments: ["/long-poll?after=2", "/long-poll?after=2&hold=120s"])
    func heldPoll(target: String) async throws {
        try await withServer(items: 2) { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                try connection.send("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
                connection.finishSending()
                let (text, end) = connection.readToEnd()
                #expect(text.isEmpty)
                #expect(end == .closed)
            }
        }
    }

    @Test("kernel counters cover whole closed connections that carried the feed")
    func kernelCount() async throws {
        try await withServer(items: 2) { server in
            let port = server.port
            let before = try await status(port)
            let (up, down) = try await blocking { () throws in
                // One that requests the feed and more, one that the server closes, one that never requests the feed.
                let first = try Counted(port: port)
                try first.ask("/poll?after=0", "/stats")
                let second = try Counted(port: port)
                try second.ask("/poll?after=9")
                _ = try RawConnection(port: port).exchange("/stats")
                return (first.up + second.up, first.down + second.down)
            }
            let kernel = try await counted(port, connections: 2, since: before)
            #expect(kernel.bytesUp == Int64(up))
            #expect(kernel.bytesDown == Int64(down))
        }
    }

    @Test("both ends of a WebSocket are counted when the server closes first")
    func webSocket() async throws {
        try await withServer(items: 1) { server in
            let port = server.port
            let before = try await status(port)
            try await blocking {
                let connection = try RawConnection(port: port)
                #expect(try connection.upgrade("/ws?after=1").status == 101)
                try connection.send([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8])
                #expect(connection.readToEnd().end == .closed)
            }
            let kernel = try await counted(port, connections: 1, since: before)
            #expect(kernel.bytesUp > 8)
            #expect(kernel.closingSegmentsUp == 0, "read after the client's end arrived, so nothing is missing")
        }
    }

    private func status(_ port: Int) async throws -> ServerStatus {
        let answer = try await blocking { try RawConnection(port: port).exchange("/stats") }
        return try JSONDecoder().decode(ServerStatus.self, from: Data(answer.body.utf8))
    }

    /// The counters once this many more connections are closed.
    private func counted(_ port: Int, connections: Int64, since before: ServerStatus) async throws -> KernelCount {
        for _ in 0..<500 {
            let count = try await status(port).feedKernel?.since(before.feedKernel ?? KernelCount())
            if let count, count.connections == connections { return count }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw RawConnection.Failure(what: "the connections were not counted")
    }
}

/// A connection that counts the bytes it sends and reads.
private final class Counted {
    private let connection: RawConnection
    private(set) var up = 0
    private(set) var down = 0

    init(port: Int) throws { connection = try RawConnection(port: port) }

    func ask(_ targets: String...) throws {
        for target in targets {
            let request = "GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n"
            try connection.send(request)
            let response = try connection.readResponse()
            up += request.utf8.count
            down += response.head.utf8.count + response.body.utf8.count
        }
    }
}

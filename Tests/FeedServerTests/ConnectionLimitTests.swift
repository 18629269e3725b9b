import FeedServer
import Foundation
import Host
import Measurement
import Testing
import Transports

@Suite("What one client may cost", .timeLimit(.minutes(1)))
struct ConnectionLimitTests {
    @Test("beyond the maximum a request is answered 503, and a place that became free is given again")
    func maximumConnections() async throws {
        try await withServer {
            $0.maximumConnections = 3
        } running: { server in
            let port = server.port
            try await blocking {
                var held = try (0..<3).map { _ in try RawConnection(port: port) }
                for connection in held { #expect(try connection.exchange("/healthz").status == 200) }
                let refused = try RawConnection(port: port)
                let answer = try refused.exchange("/healthz")
                #expect(answer.status == 503)
                #expect(answer.body == "the server holds its maximum of 3 connections\n")
                #expect(refused.readToEnd().end == .closed)
                held.removeLast(2)
                // The server learns of the ends in its own time.
                var status = 503
                let deadline = MonotonicClock.now() + .seconds(5)
                while status == 503, MonotonicClock.now() < deadline {
                    status = try RawConnection(port: port).exchange("/healthz").status
                }
                #expect(status == 200)
                #expect(try held[0].exchange("/healthz").status == 200)
            }
        }
    }

    @Test("a head that is begun and not ended is answered 408", arguments: ["G", "GET / HTTP/1.1\r\nHost: a\r\n"])
    func headTimeout(begun: String) async throws {
        try await withServer {
            $0.headTimeout = .milliseconds(200)
        } running: { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                try connection.send(begun)
                let answer = try connection.readResponse()
                #expect(answer.status == 408)
                #expect(answer.body == "the request head was not complete within 200 ms\n")
                #expect(connection.readToEnd().end == .closed)
            }
        }
    }

    @Test("a client that drips its head does not win time with each byte")
    func drippedHead() async throws {
        try await withServer {
            $0.headTimeout = .milliseconds(200)
        } running: { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port, patience: .milliseconds(50))
                let began = MonotonicClock.now()
                var answer: RawResponse?
                while answer == nil, MonotonicClock.now() - began < .seconds(5) {
                    try? connection.send("X")
                    answer = try? connection.readResponse()
                }
                #expect(answer?.status == 408)
            }
        }
    }

    @Test("a connection that never says anything is ended in silence")
    func neverSpeaks() async throws {
        try await withServer {
            $0.headTimeout = .milliseconds(200)
        } running: { server in
            let port = server.port
            try await blocking {
                let (text, end) = try RawConnection(port: port).readToEnd()
                #expect(text.isEmpty)
                #expect(end == .closed)
            }
        }
    }

    @Test("a connection idle between requests is ended in silence, a held poll is not")
    func idle() async throws {
        try await withServer {
            $0.idleTimeout = .milliseconds(200)
            $0.headTimeout = .milliseconds(200)
        } running: { server in
            let port = server.port
            try await blocking {
                let held = try RawConnection(port: port)
                try held.send("GET /long-poll?hold=2500ms HTTP/1.1\r\nHost: a\r\n\r\n")
                let idle = try RawConnection(port: port)
                #expect(try idle.exchange("/healthz").status == 200)
                let (text, end) = idle.readToEnd()
                #expect(text.isEmpty)
                #expect(end == .closed)
                #expect(try held.readResponse().status == 204)
            }
        }
    }

    @Test("500 connections without a request harm nobody")
    func halfOpen() async throws {
        try await withServer(items: 1) { server in
            let port = server.port
            try await blocking {
                let silent = try (0..<250).map { _ in try RawConnection(port: port) }
                let begun = try (0..<250).map { _ in try RawConnection(port: port) }
                for connection in begun { try connection.send("GET /poll HTTP/1.1\r\nHo") }
                let other = try RawConnection(port: port)
                for _ in 0..<20 { #expect(try other.exchange("/poll?after=0").sequences == [1]) }
                let socket = try RawConnection(port: port)
                #expect(try socket.upgrade("/ws").status == 101)
                // And they themselves are served when they go on.
                try begun[249].send("st: a\r\n\r\n")
                #expect(try begun[249].readResponse().sequences == [1])
                #expect(try silent[249].exchange("/poll").sequences == [1])
            }
        }
    }

    @Test("a client that pipelines without end behind a held poll is cut off")
    func pipelinesWithoutEnd() async throws {
        try await withServer { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                try connection.send("GET /long-poll HTTP/1.1\r\nHost: a\r\n\r\n")
                let more = [UInt8](repeating: UInt8(ascii: "G"), count: 8_192)
                // The server may cut while we write.
                for _ in 0..<64 { try? connection.send(more) }
                #expect(connection.readToEnd().end != .silent)
            }
        }
    }

    @Test("a peer that resets its connection takes nobody with it")
    func resets() async throws {
        try await withServer(items: 1) { server in
            let port = server.port
            try await blocking {
                for _ in 0..<50 {
                    let connection = try RawConnection(port: port)
                    try connection.send(
                        "GET /long-poll?after=0 HTTP/1.1\r\nHost: a\r\n\r\n"
                            + "GET /long-poll?after=1 HTTP/1.1\r\nHost: a\r\n\r\n"
                    )
                    // Closed with the answer unread: the kernel sends a reset.
                }
                #expect(try RawConnection(port: port).exchange("/poll?after=0").sequences == [1])
            }
        }
    }
}

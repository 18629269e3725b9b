import FeedServer
import Foundation
import Host
import Measurement
import Testing
import Transports

@Suite("Limits for one client", .timeLimit(.minutes(1)))
struct ConnectionLimitTests {
    @Test("a request above the maximum of connections is answered 503; a freed place is reused")
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
                #expect(answer.body == "the server has reached its maximum of 3 connections\n")
                #expect(refused.readToEnd().end == .closed)
                held.removeLast(2)
                // The server notices the closed connections a little later.
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

    @Test("incomplete headers are answered 408", arguments: ["G", "GET / HTTP/1.1\r\nHost: a\r\n"])
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
                #expect(answer.body == "the request headers were not complete within 200 ms\n")
                #expect(connection.readToEnd().end == .closed)
            }
        }
    }

    @Test("a client that sends its headers byte by byte gets no extra time")
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

    @Test("a connection that never sends anything is closed without a response")
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

    @Test("a connection idle between requests is closed without a response; a held poll is not")
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

    @Test("500 connections without a request do not affect other clients")
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
                // The half-open connections are served too when they continue.
                try begun[249].send("st: a\r\n\r\n")
                #expect(try begun[249].readResponse().sequences == [1])
                #expect(try silent[249].exchange("/poll").sequences == [1])
            }
        }
    }

    @Test("a client that pipelines without limit behind a held poll is disconnected")
    func pipelinesWithoutEnd() async throws {
        try await withServer { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                try connection.send("GET /long-poll HTTP/1.1\r\nHost: a\r\n\r\n")
                let more = [UInt8](repeating: UInt8(ascii: "G"), count: 8_192)
                // The server may close the connection while we write.
                for _ in 0..<64 { try? connection.send(more) }
                #expect(connection.readToEnd().end != .silent)
            }
        }
    }

    @Test("a reset connection does not affect other clients")
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

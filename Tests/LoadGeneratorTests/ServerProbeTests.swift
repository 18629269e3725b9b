import Feed
import FeedServer
import Foundation
import Glibc
import Measurement
import Testing
import Transports

@testable import LoadGenerator

@Suite("Querying a server's status")
struct ServerProbeTests {
    @Test("the status of a PushLab server is read")
    func right() async throws {
        var configuration = FeedServerConfiguration()
        configuration.feedText = "synthetic"
        let server = try await FeedServer.start(configuration)
        let status = try await blocking { [port = server.port] in
            try ServerProbe(host: "127.0.0.1", port: port).status()
        }
        #expect(status.epochNanoseconds == server.epoch.nanoseconds)
        #expect(status.feed == "synthetic")
        await server.stop()
    }

    @Test("a server that does not run")
    func unreachable() async throws {
        // Bound, so that no other process takes the port, but not listening.
        let server = try CannedServer(answer: "")
        let message = await message(server.port)
        #expect(message?.hasPrefix("http://127.0.0.1:\(server.port)/stats cannot be reached: ") == true)
    }

    @Test(
        "a server that answers without a status",
        arguments: [
            ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "answered 404, not 200"),
            ("HTTP/1.1 204 No Content\r\n\r\n", "answered 204, not 200"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "answered without the JSON of this PushLab version"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "answered without the JSON of this PushLab version"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "answered without the JSON of this PushLab version"),
        ])
    func wrong(answer: String, sentence: String) async throws {
        let server = try CannedServer(answer: answer)
        server.serveOnce()
        #expect(await message(server.port) == "http://127.0.0.1:\(server.port)/stats \(sentence)")
    }

    @Test("a server that closes the connection in the middle of its answer")
    func hangsUp() async throws {
        let server = try CannedServer(answer: "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{")
        server.serveOnce()
        #expect(await message(server.port)?.contains("/stats cannot be reached: ") == true)
    }

    private func message(_ port: Int) async -> String? {
        do {
            _ = try await blocking { try ServerProbe(host: "127.0.0.1", port: port).status() }
            return nil
        } catch {
            return "\(error)"
        }
    }
}

/// Runs blocking work on a separate thread, because all tests share a small thread pool.
private func blocking<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread {
            continuation.resume(with: Swift.Result { try work() })
        }
    }
}

/// Answers one connection with fixed bytes, whatever the request.
private final class CannedServer: Sendable {
    let port: Int
    private let listener: Int32
    private let answer: String

    init(answer: String) throws {
        self.answer = answer
        let listening = try LoopbackListener(backlog: answer.isEmpty ? nil : 1)
        (listener, port) = (listening.socket, listening.port)
    }

    deinit { close(listener) }

    func serveOnce() {
        Thread.detachNewThread {
            let connection = accept(self.listener, nil, nil)
            var request = [UInt8](repeating: 0, count: 4_096)
            _ = recv(connection, &request, request.count, 0)
            let bytes = Array(self.answer.utf8)
            _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            close(connection)
        }
    }
}

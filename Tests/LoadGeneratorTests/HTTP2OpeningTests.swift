import Foundation
import Glibc
import Host
import LoadGenerator
import Measurement
import Testing
import Transports

@Suite("A WebSocket client over HTTP/2 whose server does not support it", .timeLimit(.minutes(1)))
struct HTTP2OpeningTests {
    // RFC 9113 §6.5: an empty SETTINGS frame, and one with ENABLE_CONNECT_PROTOCOL (8) = 0 (RFC 8441 §3).
    private static let silentSettings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]
    private static let refusingSettings: [UInt8] = [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0]
    private static let notOffered =
        "the server does not offer WebSocket over HTTP/2: ENABLE_CONNECT_PROTOCOL is not in its SETTINGS"

    @Test("without ENABLE_CONNECT_PROTOCOL no request is sent", arguments: [silentSettings, refusingSettings])
    func notOffered(settings: [UInt8]) async throws {
        let server = try OneAnswerServer(settings)
        defer { server.stop() }
        let record = try await LoadWorker.run(plan(port: server.port)) { 0 }
        #expect(record.faults == [Self.notOffered])
        #expect(record.exchanges.requests == 0)
        #expect(record.exchanges.connects > 0)
        // HEADERS have type 1.
        #expect(!server.frameTypes.isEmpty && !server.frameTypes.contains(1), "\(server.frameTypes)")
    }

    @Test("an HTTP/1.1 answer is reported as such")
    func otherHTTP() async throws {
        let server = try OneAnswerServer(Array("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".utf8))
        defer { server.stop() }
        let record = try await LoadWorker.run(plan(port: server.port)) { 0 }
        #expect(!record.faults.isEmpty)
        let sentence = "the server does not support HTTP/2; use http: 1.1"
        #expect(record.faults.allSatisfy { $0 == sentence }, "\(record.faults)")
        #expect(record.exchanges.requests == 0)
    }

    private func plan(port: Int) -> LoadPlan {
        let now = MonotonicClock.now()
        return LoadPlan(
            target: LoadTarget(port: port), transport: "websocket",
            options: TransportOptions([HTTPVersion.key.option.name: .choice("2")]), clients: 1,
            times: LoadTimes(start: now, windowStart: now, windowEnd: now + .milliseconds(300)))
    }
}

/// Sends the same bytes on every connection, and reads until the client ends it.
///
/// `@unchecked Sendable` is safe because the lock guards `seen`.
private final class OneAnswerServer: @unchecked Sendable {
    let port: Int
    private let listener: Int32
    private let lock = NSLock()
    private var seen: [[UInt8]] = []

    init(_ answer: [UInt8]) throws {
        let listening = try LoopbackListener(backlog: 8)
        (listener, port) = (listening.socket, listening.port)
        Thread.detachNewThread { self.serve(answer) }
    }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// Types of all frames that clients sent after the preface.
    var frameTypes: [UInt8] {
        lock.withLock { seen }.flatMap { bytes -> [UInt8] in
            var rest = bytes.dropFirst(24)
            var types: [UInt8] = []
            while rest.count >= 9 {
                let header = Array(rest.prefix(9))
                types.append(header[3])
                rest = rest.dropFirst(9 + Int(header[0]) << 16 + Int(header[1]) << 8 + Int(header[2]))
            }
            return types
        }
    }

    // Ends when the listener is shut.
    private func serve(_ answer: [UInt8]) {
        while true {
            let connection = accept(listener, nil, nil)
            if connection < 0 { break }
            _ = send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
            var bytes: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 4_096)
            while case let count = recv(connection, &chunk, chunk.count, 0), count > 0 { bytes += chunk.prefix(count) }
            close(connection)
            lock.withLock { seen.append(bytes) }
        }
        close(listener)
    }
}

import Dispatch
import Foundation
import Glibc
import HTTP
import Host
import LoadGenerator
import Measurement
import NIOCore
import Testing
import Transports
import WebSocketProtocol
import WireAccounting

@Suite("A WebSocket client of a server that stops responding", .timeLimit(.minutes(1)))
struct SilentServerTests {
    @Test("if the server never answers the client's Close, the client ends within 5 s")
    func unansweredClose() async throws {
        let server = try MuteServer()
        let plan = plan(port: server.port, window: .milliseconds(300))
        let record = try await LoadWorker.run(plan) { 0 }
        #expect(record.faults == [])
        #expect(record.exchanges == Self.exchanges(connects: 1, requests: 1))
        // The client's Close has 8 bytes; 4 of them are the mask, which is counted separately.
        #expect(record.ledger[.webSocketControl, .up] == 4)
        let taken = MonotonicClock.now() - plan.times.windowEnd
        #expect(taken > .seconds(2) && taken < .milliseconds(5_500), "\(taken)")
    }

    @Test("a server that answers one Close every 2 s is waited for, and all its bytes are read")
    func slowAnswers() async throws {
        let server = try MuteServer(closePause: .seconds(2))
        let plan = plan(port: server.port, window: .milliseconds(300), clients: 3)
        let record = try await LoadWorker.run(plan) { 0 }
        #expect(record.faults == [])
        #expect(record.exchanges == Self.exchanges(connects: 3, requests: 3))
        // Each answer has 4 bytes.
        #expect(record.ledger[.webSocketControl, .down] == 12)
        #expect(record.kernel.bytesDown == record.ledger.tcpPayloadBytes(.down))
        let taken = MonotonicClock.now() - plan.times.windowEnd
        #expect(taken > .milliseconds(5_500) && taken < .milliseconds(8_500), "\(taken)")
    }

    @Test("if the server sends a Close and does not end the connection, the client reconnects within 5 s")
    func unendedConnection() async throws {
        // A Close with 1000 announces an orderly end, but the server does not end the connection.
        let server = try MuteServer(afterHandshake: [0x88, 2, 0x03, 0xe8])
        let record = try await LoadWorker.run(plan(port: server.port, window: .milliseconds(5_500))) { 0 }
        #expect(record.faults == ["the server did not end the connection in time after a Close"])
        #expect(record.errors == 1)
        #expect(record.exchanges == Self.exchanges(connects: 2, requests: 2))
    }

    private static func exchanges(connects: UInt64, requests: UInt64) -> ExchangeCounts {
        var counts = ExchangeCounts()
        (counts.connects, counts.requests) = (connects, requests)
        return counts
    }

    private func plan(port: Int, window: Duration, clients: Int = 1) -> LoadPlan {
        let now = MonotonicClock.now()
        return LoadPlan(
            target: LoadTarget(port: port), transport: "websocket", clients: clients,
            times: LoadTimes(start: now, windowStart: now, windowEnd: now + window))
    }
}

/// Answers every opening handshake, may send some bytes after it, and then neither sends nor closes; or answers the
/// Close of one connection after the other, with pauses.
private final class MuteServer: Sendable {
    let port: Int
    private let listener: Int32
    private let greeting: [UInt8]

    /// - Parameters:
    ///   - greeting: Sent after each handshake.
    ///   - closePause: Before each answer to a Close; `nil` for no answers.
    /// - Throws: `LoopbackListener.Failure`.
    init(afterHandshake greeting: [UInt8] = [], closePause: Duration? = nil) throws {
        self.greeting = greeting
        let listening = try LoopbackListener(backlog: 8)
        (listener, port) = (listening.socket, listening.port)
        Thread.detachNewThread { Self.serve(listening.socket, greeting, closePause) }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    // Ends when the listener is shut down; only then it closes the connections, which it does not read from.
    private static func serve(_ listener: Int32, _ greeting: [UInt8], _ closePause: Duration?) {
        var connections: [Int32] = []
        let closing = DispatchQueue(label: "closing")
        while true {
            let connection = accept(listener, nil, nil)
            if connection < 0 { break }
            connections.append(connection)
            var request = [UInt8](repeating: 0, count: 4_096)
            let count = recv(connection, &request, request.count, 0)
            let bytes = answer(to: String(decoding: request.prefix(max(0, count)), as: UTF8.self)) + greeting
            _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            if let closePause { closing.async { answerClose(of: connection, after: closePause) } }
        }
        for descriptor in connections + [listener] { close(descriptor) }
    }

    private static func answerClose(of connection: Int32, after pause: Duration) {
        // Until the client sends one.
        var frame = [UInt8](repeating: 0, count: 8)
        guard recv(connection, &frame, frame.count, Int32(MSG_WAITALL)) == frame.count else { return }
        Thread.sleep(forTimeInterval: pause.seconds)
        // A Close with 1000.
        let answer: [UInt8] = [0x88, 2, 0x03, 0xe8]
        _ = send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
        shutdown(connection, Int32(SHUT_WR))
    }

    private static func answer(to request: String) -> [UInt8] {
        var parser = RequestParser()
        var bytes = ByteBuffer(string: request)
        guard let head = try? parser.next(from: &bytes), let acceptance = try? ServerHandshake().accept(head) else {
            return []
        }
        return Array(acceptance.responseHead.readableBytesView)
    }
}

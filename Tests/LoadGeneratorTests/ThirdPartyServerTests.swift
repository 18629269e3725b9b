import Foundation
import Glibc
import Host
import Measurement
import Testing
import Transports
import WireAccounting

@testable import LoadGenerator

@Suite("HTTP clients of a third-party server", .timeLimit(.minutes(1)))
struct ThirdPartyServerTests {
    @Test(
        "validators are sent back as they came, and an item that ends with its body is in time and counted",
        arguments: ["long-poll", "short-poll"])
    func validators(transport: String) async throws {
        let server = try TaggedItems(through: 5, holds: transport == "long-poll")
        let now = MonotonicClock.now()
        let type = try #require(TransportRegistry.standard.push(named: transport))
        var plan = LoadPlan(
            target: LoadTarget(port: server.port), transport: transport, options: type.defaultOptions, clients: 1,
            times: LoadTimes(start: now - .seconds(1), windowStart: now, windowEnd: now + .milliseconds(500)))
        plan.dialect.target = "/items"
        plan.dialect.boundary = .body
        plan.dialect.cursor = .validators
        plan.dialect.answersOneByOne = true
        let record = try await LoadWorker.run(plan) { 5 }
        #expect(record.faults == [])
        #expect(record.errors == 0 && record.rowObjections == [])
        #expect(record.deliveries == DeliveryTotals(clients: 1, expected: 5, delivered: 5, unique: 5))
        #expect(record.exchanges.fullResponses == 5)
        #expect((record.exchanges.emptyResponses == 0) == (transport == "long-poll"))
        #expect(record.ledger[.payload, .down] == 5 * 9)
        #expect(record.ledger[.envelope, .down] == 0)
    }
}

/// Answers `GET /items` with the item after the one in `If-None-Match`. After the last one it holds the request, or
/// answers 304.
private final class TaggedItems: Sendable {
    let port: Int
    private let listener: Int32

    init(through last: Int, holds: Bool) throws {
        let listening = try LoopbackListener(backlog: 8)
        (listener, port) = (listening.socket, listening.port)
        Thread.detachNewThread {
            while case let connection = accept(listening.socket, nil, nil), connection >= 0 {
                Thread.detachNewThread { Self.serve(connection, last, holds) }
            }
            close(listening.socket)
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    // One read returns a whole request here.
    private static func serve(_ connection: Int32, _ last: Int, _ holds: Bool) {
        var request = [UInt8](repeating: 0, count: 4_096)
        while case let count = recv(connection, &request, request.count, 0), count > 0 {
            let text = String(decoding: request[..<count], as: UTF8.self)
            let answer = Array(Self.answer(to: text, last, holds).utf8)
            if !answer.isEmpty { _ = send(connection, answer, answer.count, Int32(MSG_NOSIGNAL)) }
        }
        close(connection)
    }

    private static func answer(to request: String, _ last: Int, _ holds: Bool) -> String {
        if !request.hasPrefix("GET /items HTTP/1.1\r\n") { return "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n" }
        let known = (1...last).first { request.contains("\r\nIf-None-Match: \"Tag-\($0)\"\r\n") } ?? 0
        if known == last { return holds ? "" : "HTTP/1.1 304 Not Modified\r\n\r\n" }
        return "HTTP/1.1 200 OK\r\nETag: \"Tag-\(known + 1)\"\r\nContent-Length: 9\r\n\r\n\(known + 1),1,hello"
    }
}

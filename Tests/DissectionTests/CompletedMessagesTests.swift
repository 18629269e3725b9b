import Measurement
import Testing
import WireAccounting

@testable import Dissection

@Suite("Messages of a connection, each once it is complete")
struct CompletedMessagesTests {
    private func take(_ text: String, _ direction: Direction, _ connection: inout CompletedMessages) -> [UInt64] {
        take(Array(text.utf8), direction, &connection)
    }

    private func take(_ bytes: [UInt8], _ direction: Direction, _ connection: inout CompletedMessages) -> [UInt64] {
        bytes.withUnsafeBytes { connection.take($0, direction, at: MonotonicInstant(nanoseconds: 1)).map(\.number) }
    }

    @Test("a message that ends after a later one of the other direction is not left out")
    func later() {
        var connection = CompletedMessages()
        #expect(take("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab", .up, &connection) == [])
        #expect(take("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n", .down, &connection) == [2])
        #expect(take("cde", .up, &connection) == [1])
        #expect(take("GET /poll HTTP/1.1\r\nHost: a\r\n\r\n", .up, &connection) == [3])
    }

    @Test("more messages in one read than a dissector keeps")
    func many() {
        var connection = CompletedMessages()
        #expect(take("FEED\n", .up, &connection) == [1])
        let item: [UInt8] = [0, 0, 0, 5] + Array("1,1,a".utf8)
        let shortest = [UInt8](repeating: 0, count: 4 * 500)
        let items = (0..<500).flatMap { _ in item }
        #expect(take(items + item[..<6], .down, &connection) == Array(2...501))
        #expect(take(Array(item[6...]), .down, &connection) == [502])
        #expect(take(shortest, .down, &connection) == Array(503...1_002))
    }
}

import Feed
import FeedServer
import Foundation
import Measurement
import Testing
import Transports

@Suite("Delivery of items to clients", .timeLimit(.minutes(1)))
struct DeliveryTests {
    @Test("an item goes to the clients of every loop", arguments: [1, 2, 4])
    func everyLoop(threads: Int) async throws {
        try await withServer {
            $0.threads = threads
        } running: { server in
            let port = server.port
            let held = try await blocking { () -> [Connection] in
                // Connections are assigned to the loops in turn.
                try (0..<8).map { _ in
                    let connection = try RawConnection(port: port)
                    try connection.send("GET /long-poll?after=0 HTTP/1.1\r\nHost: a\r\n\r\n")
                    return Connection(connection)
                }
            }
            server.publish(line: Array("news".utf8))
            try await blocking {
                for connection in held {
                    let answer = try connection.raw.readResponse()
                    #expect(answer.sequences == [1])
                    #expect(answer.body.hasSuffix(",news\n"))
                    #expect(answer["last-sequence"] == "1")
                }
            }
        }
    }

    @Test("a WebSocket gets its backlog with the handshake, then each new item")
    func webSocket() async throws {
        try await withServer(items: 2) { server in
            let port = server.port
            let socket = try await blocking { () -> Connection in
                let connection = try RawConnection(port: port)
                #expect(try connection.upgrade("/ws?after=1").status == 101)
                #expect(String(decoding: try connection.readFrame().payload, as: UTF8.self).hasSuffix(",line 2"))
                return Connection(connection)
            }
            server.publish(line: Array("line 3".utf8))
            let frame = try await blocking { try socket.raw.readFrame() }
            #expect(frame.first == 0x81)
            #expect(String(decoding: frame.payload, as: UTF8.self).hasPrefix("3,"))
        }
    }

    @Test("a client that lost items gets the oldest available sequence")
    func gap() async throws {
        try await withServer(items: 10) {
            $0.historyItems = 4
        } running: { server in
            let port = server.port
            try await blocking {
                for target in ["/poll?after=2", "/long-poll?after=2"] {
                    let answer = try RawConnection(port: port).exchange(target)
                    #expect(answer.status == 410)
                    #expect(answer.body == "oldest=7\n")
                    #expect(answer["oldest-sequence"] == "7")
                }
                let socket = try RawConnection(port: port)
                #expect(try socket.upgrade("/ws?after=2").status == 101)
                let frame = try socket.readFrame()
                #expect(frame.first == 0x88)
                #expect(frame.payload == [0x11, 0x3a] + Array("oldest=7".utf8))
            }
        }
    }

    @Test("a hold without items ends on time, with 204")
    func emptyHold() async throws {
        try await withServer(items: 1) { server in
            let port = server.port
            try await blocking {
                let answer = try RawConnection(port: port).exchange("/long-poll?after=1&hold=100ms")
                #expect(answer.status == 204)
                #expect(answer["last-sequence"] == "1")
                #expect(answer["content-length"] == nil)
            }
        }
    }

    @Test(
        "a slow reader gets a large response completely before the connection closes",
        arguments: ["/poll", "/long-poll"])
    func slowReader(target: String) async throws {
        let line = (0..<1 << 20).map { UInt8(ascii: "a") + UInt8($0 % 26) }
        try await withServer {
            $0.feed = .replay(FeedReplay(lines: [line], dues: [0]))
        } running: { server in
            let port = server.port
            try await blocking {
                #expect(try RawConnection(port: port).exchange("/long-poll?after=0").status == 200)
                let connection = try RawConnection(port: port, receiveBufferBytes: 4_096)
                try connection.send("GET \(target)?after=0 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                let (text, end) = connection.readToEnd()
                #expect(end == .closed)
                #expect(text.utf8.count > line.count)
                #expect(text.hasSuffix(String(decoding: line.suffix(1_000), as: UTF8.self) + "\n"))
            }
        }
    }

    @Test(
        "a WebSocket that does not read is closed with 4410 or skips items, by policy; others are not delayed",
        arguments: SlowSubscriberPolicy.allCases)
    func slowSubscriber(policy: SlowSubscriberPolicy) async throws {
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 60_000)
        let last = 300
        try await withServer {
            $0.historyItems = 4
            $0.settings.slowSubscriber = policy
        } running: { server in
            let port = server.port
            let slow = try await blocking { () -> Connection in
                let connection = try RawConnection(port: port, receiveBufferBytes: 4_096)
                #expect(try connection.upgrade("/ws?after=0").status == 101)
                return Connection(connection)
            }
            let quick = try await blocking { try Connection(RawConnection(port: port)) }
            // 18 MB, far more than the socket buffers hold; a fast client reads each item.
            for number in 1...last {
                server.publish(line: line)
                let answer = try await blocking { try quick.raw.exchange("/long-poll?after=\(number - 1)") }
                try #require(answer.sequences == [UInt64(number)])
            }
            try await blocking {
                let (numbers, code) = try slow.raw.readItems(through: UInt64(last))
                #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
                #expect(numbers.first == 1)
                switch policy {
                case .disconnect:
                    #expect(code == 4_410)
                case .skip:
                    #expect(code == nil)
                    #expect(numbers.last == UInt64(last))
                    #expect(numbers.count < last)
                }
            }
        }
    }
}

extension RawConnection {
    /// Reads frames until the last item or a Close.
    fileprivate func readItems(through last: UInt64) throws -> (sequences: [UInt64], closeCode: Int?) {
        var sequences: [UInt64] = []
        while sequences.last != last {
            let frame = try readFrame()
            if frame.first == 0x88 { return (sequences, Int(frame.payload[0]) << 8 | Int(frame.payload[1])) }
            let number = frame.payload.prefix { $0 != UInt8(ascii: ",") }
            sequences.append(UInt64(String(decoding: number, as: UTF8.self), radix: 36) ?? 0)
        }
        return (sequences, nil)
    }
}

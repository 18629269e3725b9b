import FeedServer
import Host
import Measurement
import NIOCore
import Testing
import Transports
import WebSocketProtocol

@Suite("Effect of /echo on other clients", .timeLimit(.minutes(1)))
struct EchoWorkTests {
    /// A compressed binary message of `bytes` zeros, as the first of its connection; it may be sent repeatedly.
    private static func bomb(bytes: Int) -> [UInt8] {
        var client = WebSocketEndpoint(role: .client, deflate: DeflateParameters())
        client.send(.binary, ByteBuffer(repeating: 0, count: bytes))
        return client.takeOutput().map { Array(buffer: $0) } ?? []
    }

    private static func open(_ port: Int) throws -> RawConnection {
        let connection = try RawConnection(port: port)
        let answer = try connection.exchange(
            "/echo", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Extensions: permessage-deflate")
        #expect(answer.status == 101)
        return connection
    }

    @Test("queued compression bombs of closed clients are dropped; others are answered meanwhile")
    func leftBehind() async throws {
        try await withServer { server in
            let port = server.port
            try await blocking {
                let bombs = Array(repeatElement(Self.bomb(bytes: 1_000_000), count: 200).joined())
                let attackers = try (0..<6).map { _ in try Self.open(port) }
                for attacker in attackers { try? attacker.send(bombs) }
                // 12 s of work are queued. Each new connection must be answered meanwhile.
                let began = MonotonicClock.now()
                #expect(try RawConnection(port: port).exchange("/healthz").status == 200)
                for attacker in attackers { attacker.finishSending() }
                for _ in 0..<5 { #expect(try RawConnection(port: port).exchange("/healthz").status == 200) }
                let took = MonotonicClock.now() - began
                #expect(took < .seconds(3), "\(took)")
            }
        }
    }

    @Test("every message is echoed in order, however much work is queued")
    func complete() async throws {
        try await withServer { server in
            let port = server.port
            try await blocking {
                let connection = try Self.open(port)
                let count = 24
                try connection.send(Array(repeatElement(Self.bomb(bytes: 300_000), count: count).joined()))
                for number in 0..<UInt8(count) {
                    try connection.send([0x82, 0x81, 0, 0, 0, 0, number])
                }
                for _ in 0..<count { #expect(try connection.readFrame().first & 0x0f == 2) }
                for _ in 0..<count { #expect(try connection.readFrame().first & 0x0f == 2) }
                #expect(try connection.exchangePing() == 0x8a)
            }
        }
    }

    @Test(
        "a message above the limit ends its connection with 1009",
        arguments: [(1_000, 1_001), (1 << 20, (1 << 20) + 1)])
    func limit(limit: Int, bytes: Int) async throws {
        try await withServer {
            $0.settings.echoLimit = limit
        } running: { server in
            let port = server.port
            try await blocking {
                let fits = try Self.open(port)
                try fits.send(Self.bomb(bytes: limit))
                #expect(try fits.readFrame().first & 0x0f == 2)
                let tooLong = try Self.open(port)
                try tooLong.send(Self.bomb(bytes: bytes))
                let (first, payload) = try tooLong.readFrame()
                #expect(first == 0x88)
                #expect(payload.prefix(2) == [0x03, 0xf1])
            }
        }
    }
}

extension RawConnection {
    /// First byte of the frame that answers a Ping.
    fileprivate func exchangePing() throws -> UInt8 {
        try send([0x89, 0x80, 0, 0, 0, 0])
        return try readFrame().first
    }
}

import FeedServer
import Foundation
import Host
import Measurement
import Testing
import Transports

@Suite("WebSockets with a silent client", .timeLimit(.minutes(1)))
struct WebSocketLifeTests {
    @Test("a client that never answers a Ping is dropped and counted", arguments: ["/ws?after=0", "/echo"])
    func deadPeer(target: String) async throws {
        try await withServer(configure: Self.shortPatience) { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                #expect(try connection.upgrade(target).status == 101)
                let ping = try connection.readFrame()
                #expect(ping.first == 0x89)
                #expect(ping.payload.isEmpty)
                let began = MonotonicClock.now()
                #expect(connection.readToEnd().end == .closed)
                #expect(MonotonicClock.now() - began < .seconds(3), "there is no wait for a closing handshake")
            }
            #expect(try await deadPeers(port, atLeast: 1) == 1)
        }
    }

    @Test("a client that sends a Pong or another frame stays connected", arguments: [0x8a, 0x89] as [UInt8])
    func livingPeer(first: UInt8) async throws {
        try await withServer(configure: Self.shortPatience) { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                #expect(try connection.upgrade("/ws?after=0").status == 101)
                var pings = 0
                while pings < 5 {
                    guard try connection.readFrame().first == 0x89 else { continue }
                    pings += 1
                    try connection.send([first, 0x80, 0, 0, 0, 0])
                }
            }
            server.publish(line: Array("still there".utf8))
            #expect(try await deadPeers(port, atLeast: 0) == 0)
        }
    }

    @Test("a client that reads nothing of a busy feed is also dropped")
    func deadAndBehind() async throws {
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 60_000)
        try await withServer(configure: Self.shortPatience) { server in
            let port = server.port
            let connection = try await blocking { () -> Holder in
                let connection = try RawConnection(port: port, receiveBufferBytes: 4_096)
                #expect(try connection.upgrade("/ws?after=0").status == 101)
                return Holder(connection)
            }
            for _ in 0..<300 { server.publish(line: line) }
            #expect(try await deadPeers(port, atLeast: 1) == 1)
            withExtendedLifetime(connection) {}
        }
    }

    @Test("a client that never answers the server's Close is disconnected within 5 s")
    func unansweredClose() async throws {
        try await withServer(items: 10) {
            $0.historyItems = 4
        } running: { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port, patience: .seconds(8))
                #expect(try connection.upgrade("/ws?after=2").status == 101)
                #expect(try connection.readFrame().first == 0x88)
                let began = MonotonicClock.now()
                #expect(connection.readToEnd().end == .closed)
                let taken = MonotonicClock.now() - began
                #expect(taken > .seconds(3) && taken < .milliseconds(5_500), "\(taken)")
            }
            #expect(try await deadPeers(port, atLeast: 0) == 0)
        }
    }

    private static func shortPatience(_ configuration: inout FeedServerConfiguration) {
        configuration.settings.pingInterval = .milliseconds(200)
        configuration.settings.pingTimeout = .milliseconds(400)
    }

    /// The server's counter, once it is at least `wanted`, or after 5 s.
    private func deadPeers(_ port: Int, atLeast wanted: UInt64) async throws -> UInt64? {
        let deadline = MonotonicClock.now() + .seconds(5)
        while true {
            let answer = try await blocking { try RawConnection(port: port).exchange("/stats") }
            let count = try JSONDecoder().decode(ServerStatus.self, from: Data(answer.body.utf8)).deadPeers
            if let count, count >= wanted || MonotonicClock.now() > deadline { return count }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}

/// Keeps an unused connection open.
private struct Holder: @unchecked Sendable {
    let connection: RawConnection

    init(_ connection: RawConnection) { self.connection = connection }
}

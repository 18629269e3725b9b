import FeedServer
import Foundation
import Host
import Measurement
import Testing
import Transports

@Suite("Deadlines that a client cannot extend", .timeLimit(.minutes(1)))
struct PeerDeadlineTests {
    @Test("a client that begins its headers late gets no extra time")
    func lateHead() async throws {
        try await withServer {
            $0.headTimeout = .seconds(3)
        } running: { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port, patience: .milliseconds(2_500))
                let began = MonotonicClock.now()
                #expect(connection.readToEnd().end == .silent)
                try connection.send("GET /poll HTTP/1.1\r\n")
                #expect(try connection.readResponse().status == 408)
                // The server checks once per second; counted from the first byte it would take 5.5 s or more.
                #expect(MonotonicClock.now() - began < .milliseconds(5_000))
            }
        }
    }

    @Test("a client that sends Pings instead of answering a Close is dropped")
    func pingsInsteadOfClose() async throws {
        try await withServer(items: 3) {
            $0.historyItems = 1
        } running: { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port, patience: .milliseconds(200))
                let began = MonotonicClock.now()
                #expect(try connection.upgrade("/ws?after=0").status == 101)
                #expect(try connection.readFrame().first == 0x88)
                var end = RawConnection.End.silent
                while end == .silent, MonotonicClock.now() - began < .seconds(12) {
                    try? connection.send([0x89, 0x80, 0, 0, 0, 0])
                    end = connection.readToEnd().end
                }
                #expect(end != .silent)
                #expect(MonotonicClock.now() - began < .seconds(9))
            }
        }
    }
}

import Feed
import FeedServer
import Foundation
import Host
import Measurement
import Testing
import Transports

@Suite("The server's status pages", .timeLimit(.minutes(1)))
struct StatusPageTests {
    @Test("statistics are counted over all loops", arguments: [1, 3])
    func stats(threads: Int) async throws {
        try await withServer(items: 3) {
            $0.threads = threads
            $0.feedText = "external"
            $0.historyItems = 2
        } running: { server in
            let port = server.port
            let before = try await status(port)
            try await blocking { () throws in
                for _ in 0..<6 { #expect(try RawConnection(port: port).exchange("/poll?after=1").sequences == [2, 3]) }
                #expect(try RawConnection(port: port).exchange("/nothing").status == 404)
            }
            let status = try await status(port)
            #expect(status.clock == MonotonicClock.identity)
            #expect(status.epochNanoseconds == server.epoch.nanoseconds)
            #expect(status.nowNanoseconds > status.epochNanoseconds)
            #expect(status.feed == "external")
            #expect(!status.feedEnded)
            #expect(status.oldest == 2)
            #expect(status.newest == 3)
            #expect(status.threads == threads)
            // Six polls, one refusal and this request itself.
            #expect(status.requests - before.requests == 8)
            #expect(status.deliveries - before.deliveries == 6)
            #expect(status.refusedRequests - before.refusedRequests == 1)
            #expect(status.connectionsTotal - before.connectionsTotal == 8)
            #expect(status.connections >= 1)
            #expect(status.residentPeakBytes > 0)
        }
    }

    @Test("the end of the feed is reported")
    func feedEnded() async throws {
        let replay = FeedReplay(lines: [Array("a".utf8), Array("b".utf8)], dues: [0, 1_000])
        try await withServer {
            $0.feed = .replay(replay)
        } running: { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                var newest: UInt64 = 0
                while newest < 2 {
                    newest = try connection.exchange("/long-poll?after=\(newest)").sequences.last ?? newest
                }
            }
            #expect(try await status(port).feedEnded)
        }
    }

    @Test(
        "the schedule covers the requested sequences",
        arguments: [
            ("", 1...5), ("?from=2", 2...5), ("?to=3", 1...3), ("?from=2&to=3", 2...3), ("?from=5&to=900", 5...5),
            ("?x=y", 1...5),
        ])
    func schedule(query: String, sequences: ClosedRange<UInt64>) async throws {
        try await withServer(items: 5) { server in
            let schedule = try await schedule(server.port, query)
            #expect(schedule.items.map(\.sequence) == Array(sequences))
            #expect(schedule.newest == 5)
            #expect(schedule.epochNanoseconds == server.epoch.nanoseconds)
            for item in schedule.items {
                #expect(item.dueNanoseconds >= server.epoch.nanoseconds)
                // Due times are whole microseconds.
                #expect(item.publishedNanoseconds >= item.dueNanoseconds)
                #expect(item.publishedNanoseconds - item.dueNanoseconds < 1_000_000_000)
            }
        }
    }

    @Test(
        "the schedule after the newest item is empty",
        arguments: ["?from=6", "?from=6&to=9", "?from=18446744073709551615"])
    func emptySchedule(query: String) async throws {
        try await withServer(items: 5) { server in
            let schedule = try await schedule(server.port, query)
            #expect(schedule.items == [])
            #expect(schedule.newest == 5)
        }
    }

    @Test("before the first item the schedule is empty")
    func noItems() async throws {
        try await withServer { server in
            let schedule = try await schedule(server.port, "")
            #expect(schedule == PublicationSchedule(epochNanoseconds: server.epoch.nanoseconds, newest: 0, items: []))
        }
    }

    @Test("a long schedule comes in pages of 10,000")
    func pages() async throws {
        let count = 12_345
        let replay = FeedReplay(
            lines: Array(repeating: Array("x".utf8), count: count), dues: Array(repeating: 0, count: count))
        try await withServer {
            $0.feed = .replay(replay)
        } running: { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                var newest = ""
                while newest != "\(count)" { newest = try connection.exchange("/poll?latest=1")["last-sequence"] ?? "" }
            }
            let first = try await schedule(port, "")
            #expect(first.items.map(\.sequence) == Array(1...10_000))
            let second = try await schedule(port, "?from=10001")
            #expect(second.items.map(\.sequence) == Array(10_001...12_345))
        }
    }

    private func status(_ port: Int) async throws -> ServerStatus {
        let answer = try await blocking { try RawConnection(port: port).exchange("/stats") }
        #expect(answer["content-type"] == "application/json")
        return try JSONDecoder().decode(ServerStatus.self, from: Data(answer.body.utf8))
    }

    private func schedule(_ port: Int, _ query: String) async throws -> PublicationSchedule {
        let answer = try await blocking { try RawConnection(port: port).exchange("/feed/schedule" + query) }
        return try JSONDecoder().decode(PublicationSchedule.self, from: Data(answer.body.utf8))
    }
}

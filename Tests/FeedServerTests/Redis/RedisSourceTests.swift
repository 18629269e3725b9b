import Feed
import Foundation
import Host
import Measurement
import Testing
import Transports

@testable import FeedServer

@Suite("A server that follows a Redis stream", .timeLimit(.minutes(1)))
struct RedisSourceTests {
    private static let epoch = StreamEpoch(
        monotonic: MonotonicClock.now() - .seconds(1),
        unixNanoseconds: WallClock.unixNanoseconds() - 1_000_000_000, boot: MonotonicClock.identity)

    /// A Redis with a stream that has these items.
    private static func redis(items: ClosedRange<Int>? = 1...5) throws -> FakeRedis {
        let redis = try FakeRedis()
        redis.change { $0.keys["s:epoch"] = Self.epoch.text }
        for number in items.map(Array.init) ?? [] { add(number, to: redis) }
        return redis
    }

    private static func add(_ number: Int, to redis: FakeRedis) {
        redis.add("\(number)-0", "due", "\(number * 36)", "data", "x")
    }

    /// Runs the body with a server of the stream.
    ///
    /// - Parameters:
    ///   - redis: The stream's server.
    ///   - configure: Changes the server's settings.
    ///   - body: Gets the server and the sentences for its user.
    /// - Throws: What the body throws, or what keeps the server from starting.
    private static func withServer(
        of redis: FakeRedis, configure: (inout FeedServerConfiguration) -> Void = { _ in },
        running body: (FeedServer, RedisSinkTests.Sentences) async throws -> Void
    ) async throws {
        let sentences = RedisSinkTests.Sentences()
        let stream = try RedisStream("redis://127.0.0.1:\(redis.port)/s")
        let feed = try await blocking { try StreamFeed.open(stream) { sentences.add($0) } }
        try await FeedServerTests.withServer {
            $0.feed = .stream(feed)
            $0.feedText = stream.text
            configure(&$0)
        } running: {
            try await body($0, sentences)
        }
    }

    private static func sequences(_ port: Int, after cursor: UInt64) async throws -> [UInt64] {
        try await blocking {
            let connection = try RawConnection(port: port, patience: .seconds(20))
            return try connection.exchange("/long-poll?after=\(cursor)&hold=15s").sequences
        }
    }

    private static func status(_ port: Int) async throws -> ServerStatus {
        let body = try await blocking { try RawConnection(port: port).exchange("/stats").body }
        return try JSONDecoder().decode(ServerStatus.self, from: Data(body.utf8))
    }

    @Test("the kept items are there at the first request; items keep sequence, due time and epoch", arguments: [1, 3])
    func history(threads: Int) async throws {
        let redis = try Self.redis()
        try await Self.withServer(of: redis) {
            $0.threads = threads
        } running: { server, _ in
            let port = server.port
            let body = try await blocking { try RawConnection(port: port).exchange("/poll?after=2").body }
            #expect(body == "3,30,x\n4,40,x\n5,50,x\n")
            #expect(server.epoch == Self.epoch.monotonic)
            let status = try await Self.status(port)
            #expect(status.isSourceConnected == true)
            #expect(status.epochNanoseconds == Self.epoch.monotonic.nanoseconds)
            #expect(status.feed == "redis://127.0.0.1:\(redis.port)/s")
            Self.add(6, to: redis)
            #expect(try await Self.sequences(port, after: 5) == [6])
        }
    }

    @Test("only as many old items are loaded as the server keeps; an older cursor has a gap")
    func longHistory() async throws {
        let redis = try Self.redis(items: 1...900)
        try await Self.withServer(of: redis) {
            $0.historyItems = 10
        } running: { server, _ in
            let port = server.port
            #expect(try await Self.sequences(port, after: 890) == Array(891...900))
            let gap = try await blocking { try RawConnection(port: port).exchange("/poll?after=889") }
            #expect(gap.status == 410)
            #expect(gap.body == "oldest=891\n")
            let reads = redis.current.commands.filter { $0[0] == "XREAD" }
            #expect(reads.first?[7] == "890-0")
        }
    }

    @Test("a stream without items yet, then its first one")
    func empty() async throws {
        let redis = try Self.redis(items: nil)
        try await Self.withServer(of: redis) { server, _ in
            let port = server.port
            let newest = try await Self.status(port).newest
            #expect(newest == 0)
            async let first = Self.sequences(port, after: 0)
            Self.add(1, to: redis)
            let received = try await first
            #expect(received == [1])
        }
    }

    @Test("a cursor ahead of this server waits: another server of the stream may be faster")
    func ahead() async throws {
        let redis = try Self.redis()
        try await Self.withServer(of: redis) { server, _ in
            let port = server.port
            async let next = Self.sequences(port, after: 7)
            for number in 6...8 { Self.add(number, to: redis) }
            let received = try await next
            #expect(received == [8])
        }
    }

    @Test("entries that are not items are skipped, counted and reported, and later items have a gap before them")
    func malformed() async throws {
        let redis = try Self.redis()
        redis.add("6-0", "due", "x", "data", "y")
        redis.add("7-3", "due", "1", "data", "y")
        Self.add(8, to: redis)
        try await Self.withServer(of: redis) { server, sentences in
            let port = server.port
            let gap = try await blocking { try RawConnection(port: port).exchange("/poll?after=5") }
            #expect(gap.status == 410)
            #expect(gap.body == "oldest=8\n")
            #expect(try await Self.sequences(port, after: 7) == [8])
            #expect(try await Self.status(port).refusedItems == 2)
            let name = "redis://127.0.0.1:\(redis.port)/s"
            #expect(
                sentences.texts == [
                    "\(name): entry 6-0: due is not a whole number of microseconds from 0 to 3153600000000000; "
                        + "it is skipped",
                    "\(name): entry 7-3: its id is not SEQUENCE-0 with a sequence from 1 to 281474976710656; "
                        + "it is skipped",
                ])
            let schedule = try await blocking { try RawConnection(port: port).exchange("/feed/schedule").body }
            let entries = try JSONDecoder().decode(PublicationSchedule.self, from: Data(schedule.utf8))
            #expect(entries.items.map(\.sequence) == [1, 2, 3, 4, 5])
            #expect(entries.newest == 8)
            let rest = try await blocking { try RawConnection(port: port).exchange("/feed/schedule?from=6").body }
            #expect(
                try JSONDecoder().decode(PublicationSchedule.self, from: Data(rest.utf8)).items.map(\.sequence) == [8])
        }
    }

    @Test("a connected WebSocket gets the notice of a gap")
    func gapNotice() async throws {
        let redis = try Self.redis()
        try await Self.withServer(of: redis) { server, _ in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port, patience: .seconds(20))
                #expect(try connection.upgrade("/ws?after=4").status == 101)
                #expect(String(decoding: try connection.readFrame().payload, as: UTF8.self) == "5,50,x")
                Self.add(9, to: redis)
                let close = try connection.readFrame()
                #expect(close.first == 0x88)
                #expect(Array(close.payload.prefix(2)) == [4_410 >> 8, 4_410 & 0xff])
                #expect(String(decoding: close.payload.dropFirst(2), as: UTF8.self) == "oldest=9")
            }
        }
    }

    @Test("without Redis clients stay connected; when it is back they get what they missed")
    func reconnects() async throws {
        let redis = try Self.redis()
        try await Self.withServer(of: redis) { server, sentences in
            let port = server.port
            async let next = Self.sequences(port, after: 5)
            redis.stop()
            while try await Self.status(port).isSourceConnected == true { await Task.yield() }
            Self.add(6, to: redis)
            Self.add(7, to: redis)
            try redis.start()
            #expect(try await next == [6, 7])
            while try await Self.status(port).isSourceConnected == false { await Task.yield() }
            while sentences.texts.count < 2 { await Task.yield() }
            #expect(sentences.texts.count == 2)
            #expect(sentences.texts.first?.hasSuffix("; clients stay connected, and the server tries again") == true)
        }
    }

    @Test("a stream that is deleted, and then has another feed, is reported; the server publishes none of it")
    func replaced() async throws {
        let redis = try Self.redis()
        try await Self.withServer(of: redis) { server, sentences in
            let port = server.port
            redis.change { ($0.keys, $0.entries) = ([:], []) }
            while try await Self.status(port).isSourceConnected == true { await Task.yield() }
            redis.change { $0.keys["s:epoch"] = "1 2 b" }
            Self.add(100, to: redis)
            while sentences.texts.count < 2 { await Task.yield() }
            let name = "redis://127.0.0.1:\(redis.port)/s"
            #expect(
                sentences.texts == [
                    "\(name): the stream has no feed any more; clients stay connected, and the server tries again",
                    "\(name): the stream has another feed now; restart this server to serve it",
                ])
            #expect(try await Self.status(port).newest == 5)
        }
    }

    @Test(
        "a stream that cannot be used, at the start",
        arguments: [
            ("", "it has no feed yet; start one: pushlab feed synthetic --to "),
            ("$3\r\n1 2\r\n", "the key s:epoch has no epoch that PushLab can use"),
            ("-NOAUTH x\r\n", "the Redis server needs a password, which is not supported"),
            (":1\r\n", "it has no feed yet"), ("?\r\n", "the answer is not that of a Redis server"),
        ])
    func unusable(reply: String, sentence: String) async throws {
        let redis = try FakeRedis()
        if !reply.isEmpty { redis.change { $0.replies["GET"] = reply } }
        let stream = try RedisStream("redis://127.0.0.1:\(redis.port)/s")
        let fault = await #expect(throws: StreamFault.self) {
            try await blocking { _ = try StreamFeed.open(stream) { _ in } }
        }
        #expect(fault?.description.hasPrefix("\(stream.text): \(sentence)") == true, "\(fault?.description ?? "")")
    }

    @Test("replies that Redis never makes do not end the server", arguments: [":1\r\n", "*1\r\n$1\r\nx\r\n", "*9\r\n"])
    func nonsense(reply: String) async throws {
        let redis = try Self.redis()
        try await Self.withServer(of: redis) { server, _ in
            let port = server.port
            redis.change { $0.replies["XREAD"] = reply }
            while try await Self.status(port).isSourceConnected == true { await Task.yield() }
            Self.add(6, to: redis)
            redis.change { $0.replies = [:] }
            #expect(try await Self.sequences(port, after: 5) == [6])
        }
    }
}

import Feed
import Host
import Measurement
import Synchronization
import Testing

@testable import FeedServer

@Suite("Items into a Redis stream", .timeLimit(.minutes(1)))
struct RedisSinkTests {
    private static func items(_ range: ClosedRange<UInt64>) -> [FeedItem] {
        range.map { FeedItem(sequence: $0, dueMicroseconds: Int64($0) * 10, data: "x\($0)".utf8) }
    }

    /// The sentences that a user sees.
    final class Sentences: Sendable {
        // Guards the sentences.
        private let all = Mutex<[String]>([])

        var texts: [String] { all.withLock { $0 } }
        func add(_ text: String) { all.withLock { $0.append(text) } }
    }

    private static func sink(_ redis: FakeRedis, _ sentences: Sentences = Sentences()) throws -> RedisSink {
        let stream = try RedisStream("redis://127.0.0.1:\(redis.port)/s")
        return try RedisSink(to: stream, historyItems: 100) { sentences.add($0) }
    }

    @Test("a new stream gets the epoch, then one entry per item")
    func writes() async throws {
        let redis = try FakeRedis()
        let epoch = MonotonicClock.now() + .seconds(5)
        let wall = WallClock.unixNanoseconds() + 5_000_000_000
        let begun = try await blocking {
            let sink = try Self.sink(redis)
            try sink.begin(epoch: epoch)
            var begun = 0
            try sink.write(Self.items(1...3)[...]) { begun += 1 }
            return begun
        }
        #expect(begun == 1)
        #expect(
            redis.entries
                == (1...3).map {
                    FakeRedis.Entry(id: "\($0)-0", fields: ["due", "\($0 * 10)", "data", "x\($0)"])
                })
        let record = try #require(redis.current.keys["s:epoch"].flatMap { StreamEpoch($0) })
        #expect(record.monotonic == epoch)
        #expect(record.boot == MonotonicClock.identity)
        // Both clocks were read within this test.
        #expect(abs(record.unixNanoseconds - wall) < 60_000_000_000)
        let added = redis.current.commands.first { $0[0] == "XADD" }
        #expect(added?.prefix(6) == ["XADD", "s", "MAXLEN", "~", "100", "1-0"])
    }

    @Test("a stream that exists is refused, with the command that deletes it", arguments: [true, false])
    func exists(hasItems: Bool) async throws {
        let redis = try FakeRedis()
        if hasItems { redis.add("1-0", "due", "1", "data", "x") } else { redis.change { $0.keys["s:epoch"] = "1 2 b" } }
        let url = "redis://127.0.0.1:\(redis.port)/s"
        let advice = "delete it first: redis-cli -h 127.0.0.1 -p \(redis.port) DEL s s:epoch"
        await #expect(throws: SinkFault("\(url): the stream has a feed already; \(advice)")) {
            try await blocking { try Self.sink(redis).begin(epoch: MonotonicClock.now()) }
        }
    }

    @Test("without Redis items wait; afterwards the stream has each of them once")
    func reconnects() async throws {
        let redis = try FakeRedis()
        let sentences = Sentences()
        try await blocking {
            let sink = try Self.sink(redis, sentences)
            try sink.begin(epoch: MonotonicClock.now())
            try sink.write(Self.items(1...2)[...]) {}
            redis.stop()
            var begun = 0
            try sink.write(Self.items(3...5)[...]) {
                begun += 1
                try? redis.start()
            }
            #expect(begun == 1)
        }
        #expect(redis.entries.map(\.id) == (1...5).map { "\($0)-0" })
        #expect(sentences.texts.count == 2)
        #expect(sentences.texts.last?.hasSuffix(": connected again; the stream goes on after item 2") == true)
    }

    @Test("items that Redis has, but did not confirm, are not written again")
    func unconfirmed() async throws {
        let redis = try FakeRedis()
        try await blocking {
            let sink = try Self.sink(redis)
            try sink.begin(epoch: MonotonicClock.now())
            try sink.write(Self.items(1...1)[...]) {}
            redis.stop()
            try sink.write(Self.items(2...4)[...]) {
                redis.add("2-0", "due", "20", "data", "x2")
                try? redis.start()
            }
        }
        #expect(redis.entries.map(\.id) == (1...4).map { "\($0)-0" })
    }

    @Test("a Redis that comes back without its data gets the epoch again and the next items")
    func lostData() async throws {
        let redis = try FakeRedis()
        let epoch = MonotonicClock.now()
        try await blocking {
            let sink = try Self.sink(redis)
            try sink.begin(epoch: epoch)
            try sink.write(Self.items(1...3)[...]) {}
            redis.stop()
            redis.change { ($0.keys, $0.entries) = ([:], []) }
            try sink.write(Self.items(4...5)[...]) { try? redis.start() }
        }
        #expect(redis.entries.map(\.id) == ["4-0", "5-0"])
        #expect(redis.current.keys["s:epoch"].flatMap { StreamEpoch($0) }?.monotonic == epoch)
    }

    @Test("another feed in the stream, or one that writes to it too, ends this one")
    func replaced() async throws {
        let redis = try FakeRedis()
        let url = "redis://127.0.0.1:\(redis.port)/s"
        await #expect(throws: SinkFault("\(url): another program writes the stream now")) {
            try await blocking {
                let sink = try Self.sink(redis)
                try sink.begin(epoch: MonotonicClock.now())
                redis.stop()
                redis.change { $0.keys["s:epoch"] = "1 2 b" }
                try redis.start()
                try sink.write(Self.items(1...1)[...]) {}
            }
        }
        redis.change { ($0.keys, $0.entries) = ([:], []) }
        await #expect(throws: SinkFault("\(url): another program writes the stream too")) {
            try await blocking {
                let sink = try Self.sink(redis)
                try sink.begin(epoch: MonotonicClock.now())
                redis.add("9-0", "due", "1", "data", "x")
                try sink.write(Self.items(1...1)[...]) {}
            }
        }
    }

    @Test("a stop ends the wait for a Redis that does not come back")
    func stopped() async throws {
        let redis = try FakeRedis()
        let url = "redis://127.0.0.1:\(redis.port)/s"
        await #expect(throws: SinkFault("\(url): the feed was stopped")) {
            try await blocking {
                let sink = try Self.sink(redis)
                try sink.begin(epoch: MonotonicClock.now())
                redis.stop()
                try sink.write(Self.items(1...1)[...]) { sink.stop() }
            }
        }
    }

    @Test("no Redis, and a server of another kind")
    func unreachable() async throws {
        let redis = try FakeRedis()
        let url = "redis://127.0.0.1:\(redis.port)/s"
        redis.change { $0.replies["EXISTS"] = "HTTP/1.1 400 Bad Request\r\n\r\n" }
        await #expect(throws: SinkFault("\(url): the answer is not that of a Redis server")) {
            try await blocking { try Self.sink(redis).begin(epoch: MonotonicClock.now()) }
        }
        redis.change { $0.replies["EXISTS"] = "-NOAUTH Authentication required.\r\n" }
        await #expect(throws: SinkFault("\(url): the Redis server needs a password, which is not supported")) {
            try await blocking { try Self.sink(redis).begin(epoch: MonotonicClock.now()) }
        }
        redis.stop()
        await #expect(
            throws: SinkFault("\(url): the connection was refused; no Redis server listens there")
        ) { try await blocking { _ = try Self.sink(redis) } }
    }
}

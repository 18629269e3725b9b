import Feed
import Foundation
import Measurement
import Testing
import Transports

@testable import FeedServer

@Suite("A feed for another server", .timeLimit(.minutes(1)))
struct FeederTests {
    private static func generator() -> FeedGenerator {
        FeedGenerator(payloadBytes: 64, period: .milliseconds(2), arrivals: .poisson, seed: 7)
    }

    /// Runs a feed of these settings until it ends.
    ///
    /// - Parameters:
    ///   - sink: Takes the items.
    ///   - configure: Changes the settings.
    ///   - body: Called with the feed after its end and before it is stopped.
    /// - Throws: What the body throws, or what keeps the feed from starting.
    private func withFeed(
        to sink: RecordingSink, configure: (inout FeedServerConfiguration) -> Void = { _ in },
        ended body: (Feeder, SinkFault?) async throws -> Void
    ) async throws {
        var configuration = FeedServerConfiguration()
        configuration.feed = .synthetic(Self.generator())
        configuration.feedText = "synthetic"
        configuration.feedDuration = .milliseconds(100)
        configure(&configuration)
        let (endings, continuation) = AsyncStream.makeStream(of: SinkFault?.self)
        let feeder = try await Feeder.start(configuration, to: sink) { continuation.yield($0) }
        for await ending in endings {
            do {
                try await body(feeder, ending)
            } catch {
                await feeder.stop()
                throw error
            }
            break
        }
        await feeder.stop()
    }

    @Test("the items are those of the source within the duration, in order; then the feed ends")
    func items() async throws {
        var source = Self.generator()
        var expected: [FeedItem] = []
        while source.nextDueMicroseconds < 100_000 { expected.append(source.next()) }
        #expect(expected.count > 20)
        let sink = RecordingSink()
        try await withFeed(to: sink) { feeder, fault in
            #expect(fault == nil)
            #expect(sink.items == expected)
            #expect(sink.epoch == feeder.epoch)
            #expect(feeder.writtenItems == UInt64(expected.count))
        }
    }

    @Test("a sink that takes one item at a time gets them one by one")
    func oneByOne() async throws {
        let sink = RecordingSink(itemsPerWrite: 1)
        try await withFeed(to: sink) {
            $0.feed = .replay(FeedReplay(lines: [[0x61], [0x62], [0x63]], dues: [5, 5, 5]))
        } ended: { _, fault in
            #expect(fault == nil)
            #expect(sink.batches.map { $0.map(\.sequence) } == [[1], [2], [3]])
        }
    }

    @Test("items that are due together are one batch")
    func together() async throws {
        let sink = RecordingSink()
        try await withFeed(to: sink) {
            $0.feed = .replay(FeedReplay(lines: [[0x61], [0x62], [0x63]], dues: [5, 5, 90_000]))
        } ended: { _, _ in
            #expect(sink.batches.map { $0.map(\.sequence) } == [[1, 2], [3]])
        }
    }

    @Test("a feed without items ends at once")
    func empty() async throws {
        let sink = RecordingSink()
        try await withFeed(to: sink) {
            $0.feedDuration = .zero
        } ended: { feeder, fault in
            #expect(fault == nil)
            #expect(feeder.writtenItems == 0)
        }
    }

    @Test("the status pages have the schedule, the epoch and the end of the feed, and no transport")
    func status() async throws {
        let sink = RecordingSink()
        try await withFeed(to: sink) { feeder, _ in
            let (port, epoch) = (feeder.port, feeder.epoch)
            let answers = try await blocking {
                let connection = try RawConnection(port: port)
                return try ["/stats", "/feed/schedule", "/healthz", "/poll?after=0"].map { try connection.exchange($0) }
            }
            let status = try JSONDecoder().decode(ServerStatus.self, from: Data(answers[0].body.utf8))
            #expect(status.epochNanoseconds == epoch.nanoseconds)
            #expect(status.feedEnded)
            #expect(status.feed == "synthetic")
            #expect(status.newest == UInt64(sink.items.count))
            #expect(status.transports == [])
            #expect(status.isSourceConnected == nil)
            let schedule = try JSONDecoder().decode(PublicationSchedule.self, from: Data(answers[1].body.utf8))
            #expect(schedule.items.map(\.sequence) == sink.items.map(\.sequence))
            for (entry, item) in zip(schedule.items, sink.items) {
                #expect(entry.dueNanoseconds == epoch.nanoseconds + item.dueMicroseconds * 1_000)
                #expect(entry.publishedNanoseconds >= entry.dueNanoseconds)
            }
            #expect(answers[2].status == 200)
            #expect(answers[3].status == 404)
        }
    }

    @Test("an item counts as published when its write begins, not when it is due")
    func published() async throws {
        let gate = DispatchSemaphore(value: 0)
        let sink = RecordingSink(gate: gate)
        var configuration = FeedServerConfiguration()
        configuration.feed = .replay(FeedReplay(lines: [[0x61]], dues: [0]))
        let (endings, continuation) = AsyncStream.makeStream(of: SinkFault?.self)
        let feeder = try await Feeder.start(configuration, to: sink) { continuation.yield($0) }
        let port = feeder.port
        let before = try await blocking { try Self.status(port) }
        #expect(before.newest == 0)
        #expect(!before.feedEnded)
        // A program that waits until all items due before now are published must not go on.
        #expect(before.nextDueNanoseconds == feeder.epoch.nanoseconds)
        gate.signal()
        for await _ in endings { break }
        let after = try await blocking { try Self.status(port) }
        #expect(after.newest == 1)
        #expect(after.feedEnded)
        await feeder.stop()
    }

    private static func status(_ port: Int) throws -> ServerStatus {
        let body = try RawConnection(port: port).exchange("/stats").body
        return try JSONDecoder().decode(ServerStatus.self, from: Data(body.utf8))
    }

    @Test("a sink that fails ends the feed; what it wrote before counts")
    func failing() async throws {
        let sink = RecordingSink(itemsPerWrite: 1, failingItem: 5)
        try await withFeed(to: sink) { feeder, fault in
            #expect(fault == SinkFault("the sink is full"))
            #expect(feeder.fault == fault)
            #expect(feeder.writtenItems == 4)
            #expect(sink.items.map(\.sequence) == [1, 2, 3, 4])
        }
    }

    @Test("a sink that refuses the feed, before the first item")
    func refused() async throws {
        let sink = RecordingSink(beginFault: SinkFault("not this one"))
        await #expect(throws: SinkFault("not this one")) {
            _ = try await Feeder.start(FeedServerConfiguration(), to: sink)
        }
        #expect(sink.items == [])
    }

    @Test("a sink that does not take items ends the feed when 8 MiB wait")
    func slow() async throws {
        // All are due at once; the publisher's first batch has more than 8 MiB.
        let lines = Array(repeating: [UInt8](repeating: 0x61, count: 64 << 10), count: 300)
        let gate = DispatchSemaphore(value: 0)
        let sink = RecordingSink(gate: gate)
        try await withFeed(to: sink) {
            $0.feed = .replay(FeedReplay(lines: lines, dues: lines.map { _ in 0 }))
        } ended: { feeder, fault in
            #expect(fault == SinkFault("the sink does not take items fast enough: 8 MiB of them wait"))
            #expect(feeder.writtenItems == 0)
            #expect(sink.isStopped)
            gate.signal()
        }
    }

    @Test("a stop lets the write under way end, and begins no other")
    func stopping() async throws {
        let gate = DispatchSemaphore(value: 0)
        let sink = RecordingSink(itemsPerWrite: 1, gate: gate)
        var configuration = FeedServerConfiguration()
        configuration.feed = .replay(FeedReplay(lines: [[0x61], [0x62], [0x63]], dues: [0, 0, 0]))
        let feeder = try await Feeder.start(configuration, to: sink) { _ in Issue.record("it did not end by itself") }
        async let stopped: Void = feeder.stop(patience: .seconds(30))
        while !sink.isStopped { await Task.yield() }
        for _ in 1...3 { gate.signal() }
        await stopped
        // The stop may come before the first write.
        #expect(sink.items.count <= 1)
        #expect(feeder.writtenItems == UInt64(sink.items.count))
    }
}

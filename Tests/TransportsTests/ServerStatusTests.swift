import Feed
import Foundation
import Testing
import Transports

@Suite("Status of any server")
struct ServerStatusTests {
    @Test("the first field with an implausible number is named")
    func limits() {
        var status = ServerStatus()
        #expect(status.fieldOutOfRange == nil)
        (status.newest, status.oldest) = (ItemLimits.highestSequence, ItemLimits.highestSequence + 1)
        (status.epochNanoseconds, status.cpuUserMicroseconds) = (1 << 61, 1 << 53)
        #expect(status.fieldOutOfRange == nil)
        // The feed is older than this boot.
        status.epochNanoseconds = -(1 << 61)
        #expect(status.fieldOutOfRange == nil)
        let wrong: [(WritableKeyPath<ServerStatus, UInt64>, UInt64, String)] = [
            (\.newest, .max, "newest"), (\.newest, 1 << 63, "newest"), (\.oldest, .max, "oldest"),
            (\.requests, .max, "requests"), (\.deliveries, 1 << 60, "deliveries"),
        ]
        for (path, value, field) in wrong {
            var status = ServerStatus()
            status[keyPath: path] = value
            #expect(status.fieldOutOfRange == field)
        }
        for (path, value, field) in [
            (\.epochNanoseconds, .max, "epoch_ns"), (\.epochNanoseconds, -(1 << 61) - 1, "epoch_ns"),
            (\.nowNanoseconds, .min, "now_ns"), (\.cpuSystemMicroseconds, .min, "cpu_system_us"),
        ] as [(WritableKeyPath<ServerStatus, Int64>, Int64, String)] {
            var status = ServerStatus()
            status[keyPath: path] = value
            #expect(status.fieldOutOfRange == field)
        }
    }

    @Test("a restarted server differs in its epoch or its process id")
    func identity() {
        var status = ServerStatus()
        (status.epochNanoseconds, status.processID) = (5, 7)
        let identity = ServerIdentity(status)
        (status.newest, status.nowNanoseconds) = (9, 9)
        #expect(ServerIdentity(status) == identity)
        var other = status
        other.processID = 8
        #expect(ServerIdentity(other) != identity)
        status.epochNanoseconds = 6
        #expect(ServerIdentity(status) != identity)
    }

    @Test("two servers of one stream have one feed; otherwise the feed is that of a process")
    func feed() {
        func identity(epoch: Int64 = 5, process: Int32 = 7, stream isConnected: Bool? = nil) -> ServerIdentity {
            var status = ServerStatus()
            (status.epochNanoseconds, status.processID, status.isSourceConnected) = (epoch, process, isConnected)
            return ServerIdentity(status)
        }
        let follower = identity(stream: true)
        #expect(follower.sharesFeed && !identity().sharesFeed)
        #expect(follower.hasFeed(of: identity(process: 8, stream: false)))
        #expect(!follower.hasFeed(of: identity(epoch: 6, process: 8, stream: true)))
        #expect(!follower.hasFeed(of: identity(process: 8)))
        #expect(identity().hasFeed(of: identity()) && !identity().hasFeed(of: identity(process: 8)))
    }

    @Test(
        "a page of the schedule starts at or after the requested sequence, in order and without gaps",
        arguments: [
            ([], 5, true), ([5, 6, 7], 5, true), ([6, 7], 5, true), ([4, 5], 5, false), ([5, 7], 5, false),
            ([5, 5], 5, false), ([.max], 5, false), ([ItemLimits.highestSequence], 5, false),
        ] as [([UInt64], UInt64, Bool)])
    func schedule(sequences: [UInt64], first: UInt64, isAnswer: Bool) {
        let entries = sequences.map {
            PublicationSchedule.Entry(sequence: $0, dueNanoseconds: 1, publishedNanoseconds: 2)
        }
        #expect(PublicationSchedule(epochNanoseconds: 0, newest: 9, items: entries).isAnswer(from: first) == isAnswer)
    }

    @Test("a schedule with implausible instants is invalid", arguments: [.max, -(1 << 61) - 1] as [Int64])
    func scheduleInstants(instant: Int64) {
        let entry = PublicationSchedule.Entry(sequence: 5, dueNanoseconds: instant, publishedNanoseconds: 2)
        #expect(!PublicationSchedule(epochNanoseconds: 0, newest: 9, items: [entry]).isAnswer(from: 5))
    }
}

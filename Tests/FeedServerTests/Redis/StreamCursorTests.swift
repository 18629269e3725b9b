import Feed
import Measurement
import Testing

@testable import FeedServer

@Suite("Reading the entries of a stream")
struct StreamCursorTests {
    private static func entry(_ id: String, _ fields: String...) -> RedisEntry {
        RedisEntry(id: Array(id.utf8), fields: fields.map { Array($0.utf8) })
    }

    @Test("items keep the sequence and the due time of the writer; the cursor follows")
    func items() {
        var cursor = StreamCursor()
        #expect(cursor.lastID == "0-0")
        let item = FeedItem(sequence: 7, dueMicroseconds: 5, data: "x".utf8)
        #expect(cursor.take(Self.entry("7-0", "due", "5", "data", "x")) == .item(item))
        #expect(cursor.lastID == "7-0")
        #expect(cursor.lastNumber == 7)
    }

    @Test("an entry that is not an item is refused once, and reading goes on after it")
    func refused() {
        var cursor = StreamCursor(after: 3)
        #expect(cursor.take(Self.entry("4-1", "due", "5", "data", "x")) == .refused(.id))
        #expect(cursor.lastID == "4-1")
        #expect(cursor.take(Self.entry("5-0", "due", "5")) == .refused(.fields))
        #expect(cursor.lastID == "5-0")
    }

    @Test("what Redis never sends is not an entry", arguments: ["", "x", "3-0", "2-9", "3", "5-"])
    func impossible(id: String) {
        var cursor = StreamCursor(after: 3)
        #expect(cursor.take(Self.entry(id, "due", "5", "data", "x")) == nil)
        #expect(cursor == StreamCursor(after: 3))
    }

    @Test("the key of the epoch identifies the feed")
    func identity() {
        let epoch = StreamEpoch(monotonic: MonotonicInstant(nanoseconds: 1), unixNanoseconds: 2, boot: "b")
        #expect(StreamIdentity(.text(Array("1 2 b".utf8)), epoch: epoch) == .same)
        #expect(StreamIdentity(.text(Array("1 3 b".utf8)), epoch: epoch) == .replaced)
        #expect(StreamIdentity(.nothing, epoch: epoch) == .gone)
        #expect(StreamIdentity(.number(1), epoch: epoch) == .replaced)
    }

    @Test("replies of any form are read or refused")
    func replies() {
        let entry = RedisReply.list([.text([0x31]), .list([.text([0x61]), .text([0x62])])])
        let expected = RedisEntry(id: [0x31], fields: [[0x61], [0x62]])
        #expect(RedisEntry.read(from: .nothing) == [])
        #expect(RedisEntry.read(from: .list([.list([.text([0x6b]), .list([entry])])])) == [expected])
        #expect(RedisEntry.list(from: .list([entry, entry])) == [expected, expected])
        // Redis replies nothing in place of the fields of a deleted entry.
        #expect(
            RedisEntry.list(from: .list([.list([.text([0x31]), .nothing])])) == [RedisEntry(id: [0x31], fields: [])])
        let wrong: [RedisReply] = [
            .number(1), .text([]), .list([.number(1)]), .list([.list([.text([0x6b])])]), .list([entry, entry]),
            .list([.list([.text([0x6b]), .list([.text([])])])]),
            .list([.list([.text([0x6b]), .list([.list([.number(1), .list([])])])])]),
            .list([.list([.text([0x6b]), .list([.list([.text([]), .list([.number(1)])])])])]),
        ]
        for reply in wrong { #expect(RedisEntry.read(from: reply) == nil, "\(reply)") }
    }

    @Test("pauses double from 100 ms to 2 s, and begin again after a success")
    func pauses() {
        var pause = RetryPause()
        let milliseconds = (0..<7).map { _ in pause.next().nanoseconds / 1_000_000 }
        #expect(milliseconds == [100, 200, 400, 800, 1_600, 2_000, 2_000])
        pause.succeeded()
        #expect(pause.next() == .milliseconds(100))
    }

    @Test(
        "faults in words",
        arguments: [
            (.refused("NOAUTH Authentication required."), "the Redis server needs a password, which is not supported"),
            (.refused("WRONGTYPE Operation"), "the key exists and is not a stream; choose another name"),
            (.refused("ERR other"), "the Redis server refused a command: ERR other"),
            (.unreadable, "the answer is not that of a Redis server"),
        ] as [(RedisFault, String)])
    func faults(fault: RedisFault, sentence: String) {
        #expect(fault.description == sentence)
        #expect(!fault.isTransient)
    }

    @Test("a restarted Redis that reads its file is not a final fault")
    func loading() {
        #expect(RedisFault.refused("LOADING Redis is loading the dataset in memory").isTransient)
        #expect(RedisFault.unreachable("x").isTransient)
    }
}

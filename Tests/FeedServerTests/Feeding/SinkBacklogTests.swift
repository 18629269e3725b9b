import Testing

@testable import FeedServer

@Suite("How much waits for a sink")
struct SinkBacklogTests {
    @Test("batches are admitted while less than 8 MiB wait, the last one as a whole")
    func limit() {
        var backlog = SinkBacklog()
        #expect(backlog.admit(bytes: 8_388_607) == .admitted)
        #expect(backlog.admit(bytes: 1 << 30) == .admitted)
        #expect(backlog.admit(bytes: 1) == .overflowed)
        #expect(backlog.waitingBytes == 8_388_607 + 1 << 30)
        #expect(backlog.admit(bytes: 1) == .closed)
        let isFirst = backlog.close()
        #expect(!isFirst)
    }

    @Test("exactly 8 MiB are too many")
    func exactly() {
        var backlog = SinkBacklog()
        #expect(backlog.admit(bytes: 8_388_608) == .admitted)
        #expect(backlog.admit(bytes: 1) == .overflowed)
    }

    @Test("what is written makes room, and counts")
    func written() {
        var backlog = SinkBacklog()
        #expect(backlog.admit(bytes: 8_388_608) == .admitted)
        backlog.wrote(items: 3, bytes: 1)
        #expect(backlog.admit(bytes: 100) == .admitted)
        backlog.wrote(items: 5, bytes: 8_388_607)
        #expect(backlog.waitingBytes == 100)
        #expect(backlog.writtenItems == 8)
    }

    @Test("a closed backlog takes nothing; it is closed once")
    func closed() {
        var backlog = SinkBacklog()
        let (first, second) = (backlog.close(), backlog.close())
        #expect(first && !second)
        #expect(backlog.admit(bytes: 1) == .closed)
        #expect(backlog.waitingBytes == 0)
    }
}

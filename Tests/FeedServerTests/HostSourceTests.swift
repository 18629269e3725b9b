import Feed
import Measurement
import Testing

@testable import FeedServer

@Suite("The feed of live counters")
struct HostSourceTests {
    @Test("an item is read before it is due, once")
    func prepared() {
        var source = HostSource(period: .milliseconds(100))
        #expect(!source.isPrepared)
        source.prepare()
        #expect(source.isPrepared)
        let first = source.take()
        #expect(first.sequence == 1)
        #expect(!source.isPrepared)
        let second = source.take()
        #expect(second.sequence == 2 && second.dueMicroseconds == first.dueMicroseconds + 100_000)
    }
}

import Measurement
import Testing
import Transports

@testable import LoadGenerator

@Suite("Latency from published to received")
struct ReceptionLogTests {
    @Test("the publisher's lag is subtracted from the client's latency")
    func joining() {
        var log = ReceptionLog(after: 10)
        log.received(11, latency: .microseconds(900))
        log.received(12, latency: .microseconds(400))
        log.received(12, latency: .microseconds(500))
        let histogram = log.publishedToReceived([entry(11, lag: 700_000), entry(12, lag: 100_000)])
        #expect(histogram?.count == 3)
        #expect(histogram?.min == 200)
        #expect(histogram?.max == 400)
        #expect(histogram?.sum == 900)
    }

    @Test("a log of several blocks loses nothing")
    func blocks() {
        var log = ReceptionLog(after: 0)
        for _ in 0..<200_000 { log.received(1, latency: .microseconds(5)) }
        #expect(log.count == 200_000)
        #expect(log.publishedToReceived([entry(1, lag: 1_000)])?.count == 200_000)
        #expect(log.publishedToReceived([entry(1, lag: 1_000)])?.max == 4)
    }

    @Test("there is no histogram for only a part of the copies")
    func incomplete() {
        var log = ReceptionLog(after: 0, limit: 2)
        log.received(1, latency: .zero)
        log.received(2, latency: .zero)
        #expect(log.publishedToReceived([]) == nil)
        #expect(log.publishedToReceived([entry(2, lag: 0)]) == nil)
        #expect(log.publishedToReceived([entry(1, lag: 0), entry(2, lag: 0)])?.count == 2)
        log.received(3, latency: .zero)
        #expect(log.hasOverflowed)
        #expect(log.publishedToReceived([entry(1, lag: 0), entry(2, lag: 0), entry(3, lag: 0)]) == nil)
    }

    private func entry(_ sequence: UInt64, lag: Int64) -> PublicationSchedule.Entry {
        let due = Int64(sequence) * 1_000_000
        return PublicationSchedule.Entry(
            sequence: sequence, dueNanoseconds: due, publishedNanoseconds: due + lag)
    }
}

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

@Suite("Latencies corrected to the server's clock")
struct CorrectedReceptionTests {
    @Test("each latency is corrected at the time of its arrival")
    func corrected() {
        var log = ReceptionLog(after: 0, keepsArrivals: true)
        for second in 0..<10 as Range<Int64> {
            // Own clock, whose latencies are 1 ms plus 50 µs more for each second.
            log.received(
                1, latency: .microseconds(1_000 + 50 * second),
                at: MonotonicInstant(nanoseconds: second * 1_000_000_000))
        }
        #expect(log.dueToReceived?.max == 1_450)
        log.correct { -$0.nanoseconds / 20_000 }
        #expect(log.dueToReceived?.min == 1_000)
        #expect(log.dueToReceived?.max == 1_000)
        #expect(log.dueToReceived?.count == 10)
        let schedule = [PublicationSchedule.Entry(sequence: 1, dueNanoseconds: 0, publishedNanoseconds: 400_000)]
        #expect(log.publishedToReceived(schedule)?.max == 600)
    }

    @Test("an item that seems to arrive before it was due is stored")
    func early() {
        var log = ReceptionLog(after: 0, keepsArrivals: true)
        log.received(1, latency: .milliseconds(-5), at: MonotonicInstant(nanoseconds: 1))
        log.correct { _ in 6_000_000 }
        #expect(log.dueToReceived?.max == 1_000)
        #expect(!log.hasOverflowed)
    }

    @Test("beyond its limit there is no corrected histogram")
    func full() {
        var log = ReceptionLog(after: 0, limit: 1, keepsArrivals: true)
        for _ in 0..<2 { log.received(1, latency: .zero, at: MonotonicInstant(nanoseconds: 1)) }
        #expect(log.dueToReceived == nil)
    }

    @Test("a record on another clock: times are corrected, and its error is the bound")
    func record() throws {
        let zero = MonotonicInstant(nanoseconds: 0)
        let estimate = try #require(
            ClockEstimate(
                before: [Self.exchange(at: 0, ahead: 7_000_000)], after: [Self.exchange(at: 10, ahead: 7_500_000)]))
        // At the start, the server's clock was taken to be 7 ms ahead; it gains 50 µs per second.
        let correction = ClockCorrection(assumed: .milliseconds(7), estimate: estimate)
        var plan = LoadPlan(
            target: LoadTarget(port: 1), transport: "any", clients: 1, epoch: zero,
            times: LoadTimes(start: zero, windowStart: zero, windowEnd: zero + .seconds(10)))
        plan.isOnOtherClock = true
        var log = ReceptionLog(after: 0, keepsArrivals: true)
        var record = LoadRecord()
        let arrival = zero + .seconds(4)
        log.received(1, latency: .microseconds(300), at: arrival)
        record.latency.record(microseconds: 300)
        record.latency.record(microseconds: 301)
        let figures = ClockFigures(
            aheadNanoseconds: 7_000_000, drift: 50e-6, boundNanoseconds: 40_000, exchanges: 2,
            quickestNanoseconds: 60_000, isByWallClocks: false)
        record.correct(correction, figures, &log, plan, until: zero + .seconds(10))
        #expect(record.latency.count == 1)
        #expect(abs((record.latency.min ?? 0) - 500) <= 1)
        #expect(record.clockErrorNanoseconds == 40_000)
        #expect(record.clock == figures)
        // Without the single latencies, the bound grows by the largest correction.
        var full = ReceptionLog(after: 0, limit: 0, keepsArrivals: true)
        full.received(1, latency: .microseconds(300), at: arrival)
        record.correct(correction, figures, &full, plan, until: zero + .seconds(10))
        #expect(abs((record.clockErrorNanoseconds ?? 0) - 540_000) < 1_000)
        // Clients that send have both ends of a message on their own clock.
        plan.send = SendPlan(
            from: zero, lasting: .seconds(1), rate: ItemRate(items: 1, per: .seconds(1)), payloadBytes: 64)
        record.correct(correction, figures, &log, plan, until: zero + .seconds(10))
        #expect(record.clockErrorNanoseconds == 0)
    }

    private static func exchange(at second: Int64, ahead: Int64) -> ClockExchange {
        let sent = MonotonicInstant(nanoseconds: second * 1_000_000_000)
        guard let exchange = ClockExchange(sent: sent, server: sent + .nanoseconds(ahead), received: sent) else {
            preconditionFailure("the instants are in order")
        }
        return exchange
    }
}

import Host
import Measurement
import Testing
import Transports

@testable import LoadGenerator

private func at(_ milliseconds: Int64) -> MonotonicInstant {
    MonotonicInstant(nanoseconds: milliseconds * 1_000_000)
}

/// The time of day at the monotonic instant 0.
private let dayAtZero: Int64 = 1_700_000_000_000_000_000

private func offset(shiftedBy nanoseconds: Int64 = 0) -> WallClockOffset {
    WallClockOffset(before: at(0), unixNanoseconds: dayAtZero + nanoseconds, after: at(0))
}

/// Two clients, a window from 2,000 to 3,000 ms, and items of another format.
private func recorder(
    sequence: Bool, time: Bool = false, clients: Int = 2,
    clock: @escaping () -> WallClockOffset = { offset() }
) -> DeliveryRecorder {
    var plan = LoadPlan(
        target: LoadTarget(port: 80), transport: "any", clients: clients,
        times: LoadTimes(start: at(0), windowStart: at(2_000), windowEnd: at(3_000)))
    plan.dialect.form = .foreign(
        ForeignForm(sequence: sequence ? .pointer("/n") : nil, sentAt: time ? .pointer("/t") : nil))
    return DeliveryRecorder(plan, clockOffset: clock)
}

private func item(_ sequence: UInt64?, sent milliseconds: Int64? = nil) -> ListenerEvent {
    .foreign(
        ForeignItem(sequence: sequence, sentNanoseconds: milliseconds.map { dayAtZero + $0 * 1_000_000 }))
}

private func report(_ recorder: DeliveryRecorder) -> LoadRecord {
    var record = LoadRecord()
    recorder.report(through: recorder.highestReceived(), by: .unknown, into: &record)
    return record
}

@Suite("Items of another format, without sequences")
struct UnnumberedItemTests {
    @Test("arrivals are counted up to the end of the window, and nothing is waited for")
    func arrivals() {
        let recorder = recorder(sequence: false)
        for instant in [1_000, 2_000, 2_999, 3_000, 3_001] as [Int64] {
            recorder.take(item(nil), client: 0, at: at(instant))
        }
        #expect(recorder.hasReached(.max))
        #expect(recorder.hasReceived(client: 0) && !recorder.hasReceived(client: 1))
        let record = report(recorder)
        #expect(record.deliveries == DeliveryTotals(delivered: 3))
        #expect((record.hasSequences, record.deliveredAfterWindow, record.lastSequence) == (false, 2, 0))
        #expect((record.errors, record.faults) == (0, []))
        #expect(record.timeline.map(\.second) == [-2, -1, 0])
        #expect(record.timeline.map(\.delivered) == [0, 1, 2])
    }

    @Test("without times there are no latencies and no staleness")
    func noTimes() {
        let recorder = recorder(sequence: false)
        for instant in [2_100, 2_200] as [Int64] { recorder.take(item(nil), client: 0, at: at(instant)) }
        let record = report(recorder)
        #expect(record.latency.isEmpty && record.staleness.meanMicroseconds == nil && !record.countsFromSent)
        #expect(record.timeline.allSatisfy { $0.p50Microseconds == nil })
        #expect(record.clockObjections == [])
    }

    @Test("first items and gaps are measured")
    func gaps() {
        let recorder = recorder(sequence: false)
        recorder.began(client: 0, at: at(500))
        for instant in [1_500, 2_100, 2_300, 2_300, 3_100] as [Int64] {
            recorder.take(item(nil), client: 0, at: at(instant))
        }
        let record = report(recorder)
        #expect((record.firstItem.count, record.firstItem.max) == (1, 1_000_000))
        #expect((record.itemGaps.count, record.itemGaps.min, record.itemGaps.max) == (2, 0, 200_000))
    }

    @Test("an orderly end after the window is no error, one within the window is")
    func endings() {
        let recorder = recorder(sequence: false)
        recorder.take(.ended("the server ended the stream"), client: 0, at: at(3_100))
        #expect(report(recorder).errors == 0)
        let early = self.recorderThatEnds(at: 2_500)
        #expect(early.faults == ["the server ended the stream"])
    }

    private func recorderThatEnds(at milliseconds: Int64) -> LoadRecord {
        let recorder = recorder(sequence: false)
        recorder.take(.ended("the server ended the stream"), client: 0, at: at(milliseconds))
        return report(recorder)
    }
}

@Suite("Items of another format, with sequences")
struct NumberedItemTests {
    @Test("each client expects the items from its first one on, up to the newest that any client received in time")
    func expectation() {
        let recorder = recorder(sequence: true)
        for sequence in [100, 101, 103, 103, 104] as [UInt64] {
            recorder.take(item(sequence), client: 0, at: at(2_100))
        }
        for sequence in [103, 104] as [UInt64] { recorder.take(item(sequence), client: 1, at: at(2_200)) }
        #expect(recorder.hasReached(recorder.highestReceived()))
        #expect(recorder.highestReceived(client: 0) == 104)
        let record = report(recorder)
        #expect(
            record.deliveries
                == DeliveryTotals(clients: 2, expected: 7, delivered: 7, unique: 6, duplicates: 1))
        #expect((record.hasSequences, record.errors) == (true, 0))
    }

    @Test("a client that lacks the newest item is waited for, and is an error at the end")
    func silence() {
        let recorder = recorder(sequence: true)
        recorder.take(item(7), client: 0, at: at(2_100))
        recorder.take(item(7), client: 1, at: at(2_100))
        recorder.take(item(8), client: 0, at: at(2_900))
        let last = recorder.highestReceived()
        #expect(!recorder.hasReached(last))
        let record = report(recorder)
        #expect((record.deliveries.expected, record.deliveries.missed, record.errors) == (4, 1, 1))
        #expect(record.faults == ["1 clients had not received the window's last item 0 ms after the window"])
    }

    @Test("an item that another client received within the window belongs to it; a newer one ends the waiting")
    func afterWindow() {
        let recorder = recorder(sequence: true, clients: 3)
        for client in 0..<3 { recorder.take(item(1), client: client, at: at(2_100)) }
        // Read out of order: the third client's copy of 3 arrived within the window.
        recorder.take(item(2), client: 0, at: at(2_990))
        recorder.take(item(2), client: 1, at: at(3_001))
        recorder.take(item(3), client: 1, at: at(3_002))
        recorder.take(item(4), client: 1, at: at(3_100))
        recorder.take(item(2), client: 2, at: at(2_991))
        recorder.take(item(3), client: 2, at: at(2_999))
        #expect(!recorder.hasReached(recorder.highestReceived()))
        recorder.take(item(4), client: 0, at: at(3_100))
        #expect(recorder.hasReached(recorder.highestReceived()))
        let record = report(recorder)
        // Client 0 missed item 3.
        #expect(record.deliveries == DeliveryTotals(clients: 3, expected: 9, delivered: 8, unique: 8))
        #expect((record.deliveredAfterWindow, record.errors) == (2, 0))
        #expect(record.timeline.map(\.delivered).reduce(0, +) == 8)
    }

    @Test("a sequence may begin with 0 and be of any size, but two may not be far apart")
    func extremes() {
        let recorder = recorder(sequence: true)
        for sequence in [0, 1] as [UInt64] { recorder.take(item(sequence), client: 0, at: at(2_100)) }
        #expect(report(recorder).deliveries == DeliveryTotals(clients: 1, expected: 2, delivered: 2, unique: 2))
        let large = self.large(first: .max - 1, second: .max)
        #expect(large.deliveries == DeliveryTotals(clients: 1, expected: 2, delivered: 2, unique: 2))
        let hostile = self.large(first: 5, second: .max)
        #expect(hostile.errors == 1)
        #expect(
            hostile.faults == [
                "the server sent items with the sequences 5 and \(UInt64.max); a sequence must grow by 1 per item"
            ])
    }

    @Test("the largest distance that is allowed does not overflow the sums")
    func farthest() {
        let recorder = recorder(sequence: true, clients: 20_000)
        for client in 0..<20_000 { recorder.take(item(0), client: client, at: at(2_100)) }
        recorder.take(item(ForeignDeliveries.farthest), client: 0, at: at(2_200))
        #expect(report(recorder).deliveries.expected == 20_000 * (ForeignDeliveries.farthest + 1))
    }

    @Test("if some items have no sequence, it is not known what is missing")
    func mixed() {
        let recorder = recorder(sequence: true)
        recorder.take(item(1), client: 0, at: at(2_100))
        recorder.take(item(nil), client: 0, at: at(2_200))
        #expect(recorder.hasReached(.max))
        let record = report(recorder)
        #expect((record.hasSequences, record.deliveries.delivered) == (false, 2))
    }

    @Test("if no item came, it is not known what was expected")
    func nothing() {
        let record = report(recorder(sequence: true))
        #expect((record.hasSequences, record.deliveries.delivered, record.errors) == (false, 0, 0))
    }

    private func large(first: UInt64, second: UInt64) -> LoadRecord {
        let recorder = recorder(sequence: true, clients: 1)
        for sequence in [first, second] { recorder.take(item(sequence), client: 0, at: at(2_100)) }
        return report(recorder)
    }
}

@Suite("Items of another format, with the time at which they were sent")
struct SentItemTests {
    @Test("a delay is from the sender's time to the arrival, recorded for arrivals within the window")
    func delays() {
        let recorder = recorder(sequence: true, time: true)
        recorder.take(item(1, sent: 1_900), client: 0, at: at(1_999))
        recorder.take(item(2, sent: 1_950), client: 0, at: at(2_000))
        recorder.take(item(3, sent: 2_990), client: 0, at: at(2_999))
        recorder.take(item(3, sent: 2_990), client: 0, at: at(2_999))
        recorder.take(item(4, sent: 2_999), client: 0, at: at(3_000))
        let record = report(recorder)
        #expect((record.latency.count, record.latency.min, record.latency.max) == (2, 9_000, 50_000))
        #expect(record.countsFromSent && record.clockObjections == [])
        #expect(record.timeline.map(\.maxMicroseconds) == [nil, 99_000, 50_000])
        #expect(record.staleness.meanMicroseconds != nil)
    }

    @Test("an item may arrive up to 1 ms before it was sent; beyond, the clocks differ")
    func early() {
        let recorder = recorder(sequence: false, time: true)
        recorder.take(item(nil, sent: 2_101), client: 0, at: at(2_100))
        #expect(report(recorder).clockObjections == [])
        #expect(recorder.latency.min == -1_000)
        recorder.take(item(nil, sent: 2_135), client: 0, at: at(2_100))
        recorder.take(item(nil, sent: 2_102), client: 0, at: at(2_100))
        #expect(
            report(recorder).clockObjections == [
                "2 items arrived before they were sent, by up to 35 ms: the clocks of the sender and of this host "
                    + "differ; synchronize them"
            ])
    }

    @Test("a time in a wrong unit is reported, and a time that no clock shows does not stop the program")
    func absurd() {
        let recorder = recorder(sequence: false, time: true)
        recorder.take(.foreign(ForeignItem(sentNanoseconds: 1_700_000_000)), client: 0, at: at(2_100))
        for time in [Int64.min, .max] {
            recorder.take(.foreign(ForeignItem(sentNanoseconds: time)), client: 0, at: at(2_100))
        }
        let record = report(recorder)
        #expect(record.deliveries.delivered == 3)
        #expect(
            record.clockObjections == [
                "2 items have a time that no clock shows; check its unit",
                "1 items arrived more than 1 h after they were sent; check the unit of their time, and the sender's "
                    + "clock",
            ])
    }

    @Test("if the time of day of this host is set within the run, its delays cannot be used")
    func clockWasSet() {
        var readings = [offset(), offset(shiftedBy: 1_500_000)]
        let recorder = recorder(sequence: false, time: true, clock: { readings.removeFirst() })
        recorder.take(item(nil, sent: 2_050), client: 0, at: at(2_100))
        #expect(
            report(recorder).clockObjections == ["the time of day of this host was set within the run, by 2 ms"])
    }
}

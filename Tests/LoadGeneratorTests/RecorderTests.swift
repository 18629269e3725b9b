import Feed
import Measurement
import Testing
import Transports

@testable import LoadGenerator

private func at(_ milliseconds: Int64) -> MonotonicInstant {
    MonotonicInstant(nanoseconds: milliseconds * 1_000_000)
}

@Suite("The timeline of a run")
struct TimelineRecorderTests {
    @Test("seconds without deliveries have empty rows")
    func silence() {
        var recorder = TimelineRecorder(from: at(10_000), zero: at(10_000), until: at(15_000))
        recorder.received(at: at(11_000), latency: .milliseconds(2))
        recorder.received(at: at(11_999), latency: .milliseconds(4))
        recorder.received(at: at(13_500), latency: .milliseconds(1))
        let rows = recorder.finish()
        #expect(rows.map(\.second) == [0, 1, 2, 3, 4])
        #expect(rows.map(\.delivered) == [0, 2, 0, 1, 0])
        #expect(rows.map(\.maxMicroseconds) == [nil, 4_000, nil, 1_000, nil])
        #expect(rows[0].p50Microseconds == nil)
    }

    @Test("a window without items has all its rows")
    func allSilent() {
        var recorder = TimelineRecorder(from: at(0), zero: at(0), until: at(3_000))
        #expect(recorder.finish().map(\.delivered) == [0, 0, 0])
    }

    @Test(
        "the last partial second of a window has a row, with or without deliveries",
        arguments: [[], [100], [2_400], [100, 2_499]] as [[Int64]])
    func partialSecond(received: [Int64]) {
        var recorder = TimelineRecorder(from: at(0), zero: at(0), until: at(2_500))
        for instant in received { recorder.received(at: at(instant), latency: nil) }
        let rows = recorder.finish()
        #expect(rows.map(\.second) == [0, 1, 2])
        #expect(rows.reduce(0) { $0 + Int($1.delivered) } == received.count)
    }

    @Test("the warm-up has negative seconds, and deliveries after the window have rows too, so no delivery is missing")
    func warmUp() {
        var recorder = TimelineRecorder(from: at(400), zero: at(2_000), until: at(4_000))
        for instant in [1_999, 2_000, 3_999, 6_100] as [Int64] { recorder.received(at: at(instant), latency: nil) }
        let rows = recorder.finish()
        #expect(rows.map(\.second) == [-2, -1, 0, 1, 2, 3, 4])
        #expect(rows.map(\.delivered) == [0, 1, 1, 1, 0, 0, 1])
    }

    @Test("a delivery recorded late counts in the current second")
    func late() {
        var recorder = TimelineRecorder(from: at(0), zero: at(0), until: at(2_000))
        for instant in [1_000, 999] as [Int64] { recorder.received(at: at(instant), latency: nil) }
        #expect(recorder.finish().map(\.delivered) == [0, 2])
    }
}

@Suite("The recorder of one driver's clients")
struct DeliveryRecorderTests {
    @Test("latencies are recorded for items due within the window, whenever they arrive")
    func windowFilter() {
        // The epoch is at 1,000 ms, the window from 2,000 to 3,000 ms.
        let recorder = DeliveryRecorder(plan())
        let dues: [Int64] = [999_999, 1_000_000, 1_999_999, 2_000_000]
        for (index, due) in dues.enumerated() {
            recorder.take(item(UInt64(index + 1), due: due), client: 0, at: at(9_000))
        }
        #expect(recorder.latency.count == 2)
        #expect(recorder.latency.max == 7_000_000)
    }

    @Test("a second copy has no latency")
    func duplicates() {
        let recorder = DeliveryRecorder(plan())
        for _ in 0..<3 { recorder.take(item(1, due: 1_500_000), client: 0, at: at(2_600)) }
        #expect(recorder.latency.count == 1)
        var record = LoadRecord()
        recorder.report(through: 1, by: .known(last: 1, hasEnded: false), into: &record)
        #expect(record.deliveries.duplicates == 2)
        #expect(record.deliveries.missed == 1, "the other client has received nothing")
    }

    @Test("each client is recorded separately, and all must reach the last item")
    func clients() {
        let recorder = DeliveryRecorder(plan())
        #expect(recorder.hasReached(0))
        recorder.take(item(1, due: 0), client: 0, at: at(2_000))
        #expect(!recorder.hasReached(1))
        recorder.take(.gap(through: 1), client: 1, at: at(2_000))
        #expect(recorder.hasReached(1))
        #expect(recorder.highestReceived(client: 1) == 1)
    }

    @Test("without an epoch there are deliveries, but no latencies")
    func noEpoch() {
        var plan = plan()
        plan.epoch = nil
        let recorder = DeliveryRecorder(plan)
        recorder.take(item(1, due: 1_500_000), client: 0, at: at(2_600))
        var record = LoadRecord()
        recorder.report(through: 1, by: .known(last: 1, hasEnded: false), into: &record)
        #expect(record.latency.isEmpty)
        #expect(record.deliveries.unique == 1)
        #expect(record.timeline.map(\.delivered) == [0, 0, 1])
        #expect(record.timeline.map(\.p50Microseconds) == [nil, nil, nil])
    }

    @Test("all faults are counted; each sentence is reported once, at most twenty")
    func faults() {
        let recorder = DeliveryRecorder(plan())
        for number in 0..<50 {
            recorder.take(.fault("fault \(number)"), client: 0, at: at(0))
            recorder.take(.fault("fault \(number)"), client: 1, at: at(0))
        }
        #expect(recorder.errors == 100)
        #expect(recorder.faults == (0..<20).map { "fault \($0)" })
    }

    @Test("items due after the window are counted separately, and show that earlier missing items are lost")
    func afterWindow() {
        // The epoch is at 1,000 ms and the window ends at 3,000 ms.
        let recorder = DeliveryRecorder(plan())
        recorder.take(item(1, due: 1_999_999), client: 0, at: at(3_100))
        #expect(!recorder.hasReached(1))
        recorder.take(item(2, due: 2_000_000), client: 0, at: at(3_100))
        recorder.take(item(2, due: 2_000_000), client: 1, at: at(3_100))
        #expect(recorder.hasReached(1))
        var record = LoadRecord()
        recorder.report(through: 1, by: .known(last: 1, hasEnded: false), into: &record)
        #expect(record.deliveries == DeliveryTotals(clients: 2, expected: 2, delivered: 1, unique: 1))
        #expect(record.deliveredAfterWindow == 2)
        #expect(record.latency.count == 1)
        #expect(record.errors == 0)
    }

    @Test("a client without the window's last item at the end is an error, independent of its other errors")
    func silence() {
        let recorder = DeliveryRecorder(plan())
        recorder.take(item(1, due: 1_500_000), client: 0, at: at(2_600))
        var record = LoadRecord()
        recorder.report(through: 1, by: .known(last: 1, hasEnded: true), into: &record)
        #expect(record.errors == 1)
        #expect(record.faults == ["1 clients had not received the window's last item 0 ms after the window"])
    }

    @Test("the largest allowed numbers of an item are recorded without overflow")
    func largestNumbers() {
        var plan = plan()
        plan.epoch = MonotonicInstant(nanoseconds: 1 << 61)
        let recorder = DeliveryRecorder(plan)
        let most = ReceivedItem(
            sequence: ItemLimits.highestSequence, dueMicroseconds: ItemLimits.latestDueMicroseconds)
        for client in 0..<2 { recorder.take(.item(most), client: client, at: at(2_600)) }
        plan.epoch = at(1_000)
        let second = DeliveryRecorder(plan)
        second.take(item(ItemLimits.highestSequence, due: 0), client: 0, at: at(2_600))
        second.take(.gap(through: ItemLimits.highestSequence - 1), client: 1, at: at(2_600))
        for recorder in [recorder, second] {
            var record = LoadRecord()
            recorder.report(through: 5, by: .known(last: 5, hasEnded: false), into: &record)
            #expect(record.deliveries.missed <= record.deliveries.expected)
        }
    }

    @Test(
        "a connection that cannot be opened is an error, unless the network breaks connections",
        arguments: [(false, 1), (true, 0)])
    func unopenedConnection(breaks: Bool, errors: UInt64) {
        var plan = plan()
        plan.expectsBreaks = breaks
        let recorder = DeliveryRecorder(plan)
        recorder.couldNotConnect("a connection could not be opened: Connection reset by peer", at: at(2_500))
        for client in 0..<2 { recorder.take(item(1, due: 1_500_000), client: client, at: at(2_600)) }
        var record = LoadRecord()
        recorder.report(through: 1, by: .known(last: 1, hasEnded: false), into: &record)
        #expect(record.errors == errors)
    }

    private func item(_ sequence: UInt64, due: Int64) -> ListenerEvent {
        .item(ReceivedItem(sequence: sequence, dueMicroseconds: due))
    }

    private func plan() -> LoadPlan {
        LoadPlan(
            target: LoadTarget(port: 80), transport: "any", clients: 2, epoch: at(1_000),
            times: LoadTimes(start: at(0), windowStart: at(2_000), windowEnd: at(3_000)))
    }
}

import Measurement
import Testing
import WireAccounting

@testable import Host
@testable import LoadGenerator

@Suite("Records of several load processes as one")
struct RecordMergingTests {
    @Test("three records that share the deliveries of one process give its numbers")
    func equalToOne() {
        let all = (0..<300).map { Delivery(client: $0 % 10, microseconds: Int64(100 + 7 * $0)) }
        let whole = Self.record(of: all, clients: 10)
        let parts = [0..<3, 3..<6, 6..<10].map { range in
            Self.record(of: all.filter { range.contains($0.client) }, clients: range.count)
        }
        let merged = LoadRecord.merging(parts)
        #expect(merged.latency == whole.latency)
        #expect(merged.publishedToReceived == whole.publishedToReceived)
        #expect(merged.deliveries == whole.deliveries)
        #expect(merged.ledger == whole.ledger)
        #expect(merged.kernel == whole.kernel)
        #expect(merged.exchanges == whole.exchanges)
        #expect(merged.messages == whole.messages)
        #expect(merged.scheduleLag == whole.scheduleLag)
        #expect(merged.recovery == whole.recovery)
        #expect(merged.timeline.map(\.second) == whole.timeline.map(\.second))
        #expect(merged.timeline.map(\.delivered) == whole.timeline.map(\.delivered))
        #expect(merged.timeline.map(\.p50Microseconds) == whole.timeline.map(\.p50Microseconds))
        #expect(merged.timeline.map(\.p99Microseconds) == whole.timeline.map(\.p99Microseconds))
        #expect(merged.timeline.map(\.maxMicroseconds) == whole.timeline.map(\.maxMicroseconds))
        #expect(merged.lastSequence == whole.lastSequence)
        #expect(merged.rowObjections == [])
    }

    @Test("the CPU ratio is that of the busiest process; times and memory add up")
    func usage() {
        let parts = [(400_000, 10), (900_000, 30), (100_000, 5)].map { cpu, memory in
            var record = LoadRecord()
            record.windowUsage = ProcessUsage(
                userMicroseconds: Int64(cpu), systemMicroseconds: 0, residentBytes: Int64(memory),
                residentPeakBytes: Int64(2 * memory), voluntarySwitches: 1, involuntarySwitches: 2)
            record.windowSeconds = 1
            return record
        }
        let merged = LoadRecord.merging(parts)
        #expect(merged.loadCPURatio == 0.9)
        #expect(merged.windowUsage?.userMicroseconds == 1_400_000)
        #expect(merged.windowUsage?.residentPeakBytes == 90)
        #expect(merged.windowUsage?.residentBytes == 45)
        #expect(merged.windowUsage?.involuntarySwitches == 6)
        #expect(LoadRecord.merging([parts[0]]).loadCPURatio == 0.4)
        #expect(LoadRecord.merging(parts + [LoadRecord()]).loadCPURatio == nil, "one usage is not known")
    }

    @Test("bytes of the window add up, and its time is the mean of the processes")
    func traffic() {
        let parts = [(100, 2, 1.0), (300, 4, 1.1)].map { bytes, requests, seconds in
            var record = LoadRecord()
            record.windowTraffic = Traffic()
            record.windowTraffic?.bytes = Int64(bytes)
            record.windowTraffic?.requests = UInt64(requests)
            record.windowTraffic?.seconds = seconds
            return record
        }
        let merged = LoadRecord.merging(parts).windowTraffic
        #expect(merged?.bytes == 400 && merged?.requests == 6)
        #expect(abs((merged?.seconds ?? 0) - 1.05) < 1e-12)
    }

    @Test("faults and objections are listed once; errors add up")
    func faults() {
        let parts = [["a", "b"], ["b", "c"]].map { faults in
            var record = LoadRecord()
            (record.faults, record.errors, record.rowObjections) = (faults, 2, ["gone"])
            record.timeObjections = faults
            return record
        }
        let merged = LoadRecord.merging(parts)
        #expect(merged.faults == ["a", "b", "c"])
        #expect((merged.errors, merged.rowObjections) == (4, ["gone"]))
        #expect(merged.timeObjections == ["a", "b", "c"])
    }

    @Test("processes that expect different last items make the row invalid, unless each counts what it received")
    func lastSequence() {
        let parts = ([7, 9] as [UInt64]).map { last in
            var record = LoadRecord()
            (record.lastSequence, record.endsByDueTime) = (last, true)
            return record
        }
        #expect(
            LoadRecord.merging(parts).rowObjections == [
                "the load processes did not expect the same last item, but 7, 9"
            ])
        let others = parts.map { part in
            var record = part
            record.endsByDueTime = false
            return record
        }
        #expect(LoadRecord.merging(others).rowObjections == [])
        #expect(LoadRecord.merging(others).lastSequence == 9)
    }

    @Test("the largest numbers that a hostile server can cause do not overflow")
    func largest() {
        let parts = (0..<50).map { _ in
            var record = LoadRecord()
            let clients = UInt64(LoadPlan.mostClients)
            record.deliveries = DeliveryTotals(clients: clients, expected: clients << 48)
            (record.announcedLosses, record.slow) = (clients << 48, SlowRecord())
            record.slow?.announcedLosses = clients << 48
            return record
        }
        let merged = LoadRecord.merging(parts)
        #expect(merged.deliveries == DeliveryTotals(clients: 1_000_000, expected: .max))
        #expect(merged.announcedLosses == .max && merged.slow?.announcedLosses == .max)
    }

    @Test("what is missing in one record is missing in all; the clock's error is the largest")
    func missing() {
        var (first, second) = (LoadRecord(), LoadRecord())
        (first.publishedToReceived, first.connectedAt) = (LatencyHistogram(), MonotonicInstant(nanoseconds: 5))
        (first.clockErrorNanoseconds, second.clockErrorNanoseconds) = (0, 700)
        first.exchanges.resumed = 3
        var merged = LoadRecord.merging([first, second])
        #expect(merged.publishedToReceived == nil && merged.connectedAt == nil)
        #expect(merged.clockErrorNanoseconds == 700)
        #expect(merged.exchanges.resumed == 3)
        second.clockErrorNanoseconds = nil
        second.connectedAt = MonotonicInstant(nanoseconds: 9)
        merged = LoadRecord.merging([first, second])
        #expect(merged.clockErrorNanoseconds == nil)
        #expect(merged.connectedAt == MonotonicInstant(nanoseconds: 9))
    }

    /// A new property needs a decision how to merge it; then add its name here.
    @Test("every property of a record is merged")
    func everyProperty() {
        let names = Mirror(reflecting: LoadRecord()).children.compactMap(\.label)
        #expect(
            names == [
                "deliveries", "hasSequences", "latency", "countsFromSent", "firstItem", "itemGaps",
                "publishedToReceived", "staleness", "timeline", "ledger", "lacksHTTP2Bytes",
                "kernel", "unreadCounters", "exchanges", "messages", "compressions", "scheduleLag", "faults", "errors",
                "rowObjections", "timeObjections", "clockObjections", "lastSequence", "hasLostServer",
                "deliveredAfterWindow",
                "windowUsage", "windowSeconds", "windowStart", "windowTraffic", "hasExchanges", "hasContact",
                "unanswered", "announcedGaps", "announcedLosses", "recovery", "slow", "connectedAt", "browser",
                "clockErrorNanoseconds", "clock",
                "processes",
                "busiestCPURatio", "endsByDueTime",
            ])
    }

    private struct Delivery {
        let client: Int
        let microseconds: Int64
    }

    private static func record(of deliveries: [Delivery], clients: Int) -> LoadRecord {
        var record = LoadRecord()
        let zero = MonotonicInstant(nanoseconds: 0)
        var timeline = TimelineRecorder(
            from: zero, zero: zero, until: zero + .seconds(3), keepsHistograms: true)
        record.publishedToReceived = LatencyHistogram()
        for delivery in deliveries.sorted(by: { $0.microseconds < $1.microseconds }) {
            record.latency.record(microseconds: delivery.microseconds)
            record.publishedToReceived?.record(microseconds: delivery.microseconds - 50)
            record.scheduleLag.record(microseconds: delivery.microseconds / 10)
            record.recovery.record(microseconds: delivery.microseconds * 2)
            record.ledger.book(Int(delivery.microseconds), .payload, .down)
            record.kernel.bytesDown += delivery.microseconds
            record.messages.count(.item, cursorDigits: 3)
            record.exchanges.requests += 1
            timeline.received(
                at: zero + .microseconds(delivery.microseconds * 1_000), latency: .microseconds(delivery.microseconds))
        }
        let count = UInt64(deliveries.count)
        record.deliveries = DeliveryTotals(
            clients: UInt64(clients), expected: count, delivered: count, unique: count)
        record.kernel.connections = Int64(clients)
        record.exchanges.connects = UInt64(clients)
        record.timeline = timeline.finish()
        record.lastSequence = 30
        record.endsByDueTime = true
        return record
    }
}

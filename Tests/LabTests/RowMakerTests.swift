import LinkRelay
import ResultFiles
import Testing
import Transports
import WireAccounting

@testable import Host
@testable import Lab
@testable import LoadGenerator
@testable import Measurement
@testable import Scenario

@Suite("Rows made from outcomes")
struct RowMakerTests {
    @Test("a row has the identity of its case, whether it ran or failed")
    func identity() {
        var subject = MeasuredCase.fake("a_1-client_short-poll", repetition: 3, transport: "short-poll", clients: 4)
        subject.transport = .fake(
            "short-poll", ["interval": .duration(.milliseconds(250)), "http": .choice("2")], variant: "fast")
        (subject.ratePerSecond, subject.payloadBytes) = (20, 64)
        for row in [
            RowMaker(identity: .fake, outcome: .fake(of: subject)).summary,
            RowMaker.failed(.fake, subject, reason: "no reason"),
        ] {
            #expect((row.runID, row.scenario, row.scenarioSHA256) == ("run", "fake", "hash"))
            #expect((row.caseID, row.repetition, row.seed) == ("a_1-client_short-poll", 3, 5))
            #expect((row.transport, row.variant, row.clients) == ("short-poll", "fast", 4))
            #expect((row.feed, row.ratePerSecond, row.payloadBytes) == ("synthetic", 20, 64))
            #expect((row.pollIntervalMilliseconds, row.httpVersion, row.tls) == (250, "2", false))
            #expect(row.workload == .push)
            #expect(row.startedAt == UTCInstant(millisecondsSince1970: 1))
        }
    }

    @Test("a row has the network that was asked for, and what it did")
    func network() throws {
        var subject = MeasuredCase.fake()
        subject.network = try Scenario.Network.read("rtt=50ms,jitter=5ms,loss=1%,up.bandwidth=1Mbit/s")
        var link = LinkRelayReport()
        link.addedLatency.record(microseconds: 40)
        (link.swallowedUp, link.swallowedDown) = (3, 4)
        var outcome = CaseOutcome.fake(of: subject)
        outcome.link = link
        let row = RowMaker(identity: .fake, outcome: outcome).summary
        #expect(row.network == "rtt=50ms,jitter=5ms,loss=1%,up.bandwidth=1Mbit/s")
        #expect((row.roundTripMilliseconds, row.jitterMilliseconds, row.lossRatio) == (50, 5, 0.01))
        #expect((row.bandwidthUp, row.bandwidthDown) == (1_000_000, nil))
        #expect((row.linkAddedP50Microseconds, row.linkAddedP99Microseconds) == (40, 40))
        #expect((row.linkSwallowedBytesUp, row.linkSwallowedBytesDown) == (3, 4))
        let direct = RowMaker(identity: .fake, outcome: .fake()).summary
        #expect(direct.network == nil && direct.roundTripMilliseconds == nil && direct.lossRatio == nil)
    }

    @Test("a failed case has a reason and no results")
    func failed() {
        let row = RowMaker.failed(.fake, .fake(), reason: "no reason")
        #expect((row.valid, row.bytesValid, row.timesValid) == (false, false, false))
        #expect(row.invalidReason == "no reason")
        #expect(row.delivered == nil && row.payloadBytesTotal == nil && row.latencyP50Microseconds == nil)
    }

    @Test("deliveries")
    func deliveries() {
        var record = LoadRecord()
        record.deliveries = DeliveryTotals(
            clients: 2, expected: 20, delivered: 19, unique: 18, duplicates: 1, reordered: 2)
        record.deliveredAfterWindow = 3
        record.announcedGaps = 1
        let row = row(record)
        #expect((row.expected, row.delivered, row.unique, row.missed) == (20, 19, 18, 2))
        #expect((row.duplicate, row.reordered, row.deliveredAfterWindow, row.gaps) == (1, 2, 3, 1))
        #expect(row.durationSeconds == 10)
    }

    @Test("the expected number is unknown if the server was lost")
    func lostServer() {
        var record = LoadRecord()
        record.hasLostServer = true
        let row = row(record)
        #expect(row.expected == nil && row.missed == nil && row.coherenceRatio == nil)
        #expect(row.delivered == 0)
    }

    @Test("latencies, and the times from publication to arrival")
    func delays() {
        var record = LoadRecord()
        for microseconds in 1...100 { record.latency.record(microseconds: Int64(microseconds)) }
        record.publishedToReceived = record.latency
        let row = row(record)
        #expect(row.latencySamples == 100)
        #expect((row.latencyMinMicroseconds, row.latencyP50Microseconds, row.latencyMaxMicroseconds) == (1, 50, 100))
        #expect((row.latencyP99Microseconds, row.latencyMeanMicroseconds) == (99, 50.5))
        #expect(row.publishedToReceivedP99Microseconds == 99)
    }

    @Test("without sequences only the number delivered is known")
    func noSequences() {
        var record = LoadRecord()
        record.hasSequences = false
        record.deliveries = DeliveryTotals(delivered: 7)
        record.deliveredAfterWindow = 2
        let row = row(record)
        #expect((row.delivered, row.deliveredAfterWindow) == (7, 2))
        #expect(row.expected == nil && row.unique == nil && row.missed == nil && row.duplicate == nil)
        #expect(row.reordered == nil && row.coherenceRatio == nil && row.redundancyRatio == nil)
        #expect(row.gaps == nil && row.itemsLostBeforeNotice == nil && row.published == nil)
        #expect(!row.isSilent)
    }

    @Test("arrivals: the median first item, and the median and 99th percentile of the gaps; empty without any")
    func arrivals() {
        var record = LoadRecord()
        var meter = ArrivalMeter(
            clients: 1, from: MonotonicInstant(nanoseconds: 0), until: MonotonicInstant(nanoseconds: 1_000_000_000))
        meter.connected(0, at: MonotonicInstant(nanoseconds: 1_000))
        for microseconds in [51, 61, 71, 171] as [Int64] {
            meter.itemArrived(0, at: MonotonicInstant(nanoseconds: microseconds * 1_000))
        }
        (record.firstItem, record.itemGaps) = (meter.firstItem, meter.gaps)
        let row = row(record)
        #expect(row.firstItemP50Microseconds == 50)
        #expect((row.itemGapP50Microseconds, row.itemGapP99Microseconds) == (10, 100))
        let empty = self.row(LoadRecord())
        #expect(empty.firstItemP50Microseconds == nil && empty.itemGapP50Microseconds == nil)
        #expect(empty.itemGapP99Microseconds == nil)
    }

    @Test("echoes have no staleness")
    func echo() {
        var subject = MeasuredCase.fake()
        subject.echo = EchoWorkload(
            Scenario.Feed(source: .clients, rate: ItemRate(items: 1, per: .seconds(1)), payload: ByteCount(bytes: 64)))
        var record = LoadRecord()
        record.latency.record(microseconds: 5)
        (record.staleness.ageIntegral, record.staleness.coveredSeconds) = (1, 1)
        #expect(row(record).stalenessMeanMicroseconds != nil)
        let row = row(record, subject)
        #expect(row.stalenessMeanMicroseconds == nil)
        #expect(row.workload == .echo)
    }

    @Test("requests are given for HTTP, responses for polling transports")
    func requests() {
        var record = LoadRecord()
        record.deliveries.delivered = 12
        record.exchanges.requests = 10
        record.exchanges.emptyResponses = 4
        record.exchanges.fullResponses = 6
        record.exchanges.connects = 5
        record.hasExchanges = true
        let polled = row(record, .fake(transport: "short-poll"))
        #expect((polled.requests, polled.emptyResponses, polled.itemsPerResponse) == (10, 4, 2))
        #expect((polled.connects, polled.reconnects) == (5, 3))
        record.hasExchanges = false
        let pushed = row(record, .fake(transport: "raw-tcp"))
        #expect(pushed.requests == nil && pushed.emptyResponses == nil && pushed.itemsPerResponse == nil)
    }

    @Test("bytes per item are divided by all copies whose bytes are counted")
    func bytes() {
        var record = LoadRecord()
        record.deliveries.delivered = 8
        record.deliveredAfterWindow = 2
        record.ledger.book(640, .payload, .down)
        record.ledger.book(20, .webSocketFrameHeader, .down)
        record.ledger.book(100, .handshake, .up)
        (record.kernel.bytesUp, record.kernel.bytesDown) = (100, 660)
        let row = row(record)
        #expect((row.payloadBytesTotal, row.tcpPayloadBytesUp, row.tcpPayloadBytesDown) == (640, 100, 660))
        #expect(row.overheadBytesPerItem == row.overheadBytesTotal.map { Double($0) / 10 })
        #expect(row.conserved == true)
        record.kernel.bytesDown = 661
        #expect(self.row(record).conserved == false)
    }

    @Test("one layer row per layer and direction, the estimate included; only the remainder comes from the kernel")
    func layers() {
        var record = LoadRecord()
        record.ledger.book(640, .payload, .down)
        record.ledger.book(20, .framing, .down)
        var outcome = CaseOutcome.fake(record)
        let counted = RowMaker(identity: .fake, outcome: outcome).layers
        #expect(counted.count == ByteLayer.allCases.count * 2)
        #expect(counted.first { $0.layer == "payload" && $0.direction == "down" }?.bytes == 640)
        #expect(counted.filter { $0.layer == "tcp_ip" }.allSatisfy { $0.provenance == "estimated" })
        #expect(counted.filter { $0.layer != "tcp_ip" }.allSatisfy { $0.provenance == "counted" })
        outcome.framingIsRemainder = true
        let maker = RowMaker(identity: .fake, outcome: outcome)
        #expect(maker.layers.filter { $0.provenance == "kernel" }.map(\.layer) == ["framing", "framing"])
        #expect(maker.summary.conserved == nil)
    }

    @Test("one timeline row per second")
    func timeline() {
        var record = LoadRecord()
        record.timeline = [
            TimelineSecond(second: -1, delivered: 1, p50Microseconds: nil, p99Microseconds: nil, maxMicroseconds: nil),
            TimelineSecond(second: 0, delivered: 2, p50Microseconds: 3, p99Microseconds: 4, maxMicroseconds: 5),
        ]
        let rows = RowMaker(identity: .fake, outcome: .fake(record)).timeline
        #expect(rows.map(\.second) == [-1, 0])
        #expect(rows.map(\.delivered) == [1, 2])
        #expect(rows.map(\.latencyMaxMicroseconds) == [nil, 5])
    }

    @Test("the server's cost is its usage from the start to the end of the window")
    func cost() {
        var record = LoadRecord()
        for _ in 0..<100 { record.latency.record(microseconds: 5) }
        record.windowSeconds = 10
        record.windowUsage = ProcessUsage(
            userMicroseconds: 1_000_000, systemMicroseconds: 500_000, residentBytes: nil, residentPeakBytes: 0,
            voluntarySwitches: 7, involuntarySwitches: 8)
        let (before, after) = (status(at: 0, cpu: 100), status(at: 10, cpu: 1_100))
        let outcome = CaseOutcome(
            subject: .fake(), record: record, idle: nil, before: before, after: after, publisherLag: nil,
            published: nil, kernelDrops: KernelDrops(counts: ["ListenDrops": 2]))
        let row = RowMaker(identity: .fake, outcome: outcome).summary
        #expect(row.serverUserCPUSeconds == 0.001)
        #expect(row.serverCPUMicrosecondsPerItem == 10)
        #expect(row.serverRSSPeakBytes == 2_048)
        // 1 ms in 10 s for two clients.
        #expect(row.serverCPUMicrosecondsPerClientHour.map { Int($0.rounded()) } == 180_000)
        #expect(row.loadCPURatio == 0.15)
        #expect((row.loadVoluntarySwitches, row.loadInvoluntarySwitches, row.kernelDrops) == (7, 8, 2))
    }

    @Test("costs per client and time do not depend on items")
    func perClient() {
        var record = LoadRecord()
        record.windowSeconds = 10
        record.windowTraffic = Traffic()
        record.windowTraffic?.bytes = 4_000
        record.windowTraffic?.seconds = 10
        record.windowTraffic?.requests = 40
        let polled = row(record, .fake(transport: "long-poll"))
        #expect((polled.bytesPerClientSecond, polled.requestsPerClientSecond) == (200, 2))
        #expect(row(record, .fake(transport: "raw-tcp")).requestsPerClientSecond == nil)
    }

    private func row(_ record: LoadRecord, _ subject: MeasuredCase = .fake()) -> SummaryRow {
        RowMaker(identity: .fake, outcome: .fake(record, of: subject)).summary
    }

    private func status(at seconds: Int64, cpu: Int64) -> ServerStatus {
        var status = ServerStatus.fake()
        status.nowNanoseconds = seconds * 1_000_000_000
        status.cpuUserMicroseconds = cpu
        status.residentPeakBytes = 2_048
        return status
    }
}

extension RowMaker.Identity {
    static let fake = Self(
        runID: "run", scenario: "fake", scenarioSHA256: "hash", startedAt: UTCInstant(millisecondsSince1970: 1))
}

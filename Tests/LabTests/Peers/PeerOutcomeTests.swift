import LoadGenerator
import Measurement
import ResultFiles
import Testing
import Transports

@testable import Host
@testable import Lab

@Suite("Rows of third-party servers")
struct PeerOutcomeTests {
    private func usage(at seconds: Int64, cpu: Int64, resident: Int64, peak: Int64) -> ServerUsage {
        let cpu = CPUTime(userMicroseconds: cpu, systemMicroseconds: cpu / 2)
        return ServerUsage(
            ProgramUsage(cpu: cpu, residentBytes: resident, residentPeakBytes: peak),
            at: MonotonicInstant(nanoseconds: seconds * 1_000_000_000))
    }

    /// The feeder's status: it used a whole processor.
    private func status(at seconds: Int64) -> ServerStatus {
        var status = ServerStatus.fake()
        status.nowNanoseconds = seconds * 1_000_000_000
        status.cpuUserMicroseconds = seconds * 1_000_000
        status.residentPeakBytes = 1
        status.threads = 1
        status.voluntarySwitches = seconds
        return status
    }

    private func outcome(_ record: LoadRecord = LoadRecord()) -> CaseOutcome {
        var outcome = CaseOutcome(
            subject: .fake(), record: record, idle: status(at: 0), before: status(at: 1), after: status(at: 11),
            publisherLag: nil, published: 100, kernelDrops: nil)
        outcome.peer = PeerIdentity(name: "ws-node", version: "8.11.0")
        outcome.hasFeeder = true
        outcome.accounting = "cgroup v2"
        outcome.measuredUsage = ServerUsage.Readings(
            idle: usage(at: 0, cpu: 0, resident: 1_000, peak: 1_000),
            before: usage(at: 1, cpu: 2_000, resident: 3_000, peak: 5_000),
            after: usage(at: 11, cpu: 10_000, resident: 4_000, peak: 4_500))
        return outcome
    }

    @Test("CPU time and memory are those of the server's processes, not of the feeder")
    func cost() {
        var record = LoadRecord()
        for _ in 0..<100 { record.latency.record(microseconds: 5) }
        record.connectedAt = MonotonicInstant(nanoseconds: 0)
        let row = RowMaker(identity: .fake, outcome: outcome(record)).summary
        #expect((row.serverUserCPUSeconds, row.serverSystemCPUSeconds) == (0.008, 0.004))
        #expect(row.serverCPUMicrosecondsPerItem == 120)
        #expect(row.serverRSSPeakBytes == 5_000)
        #expect(row.serverRSSPerConnectionBytes == 1_000)
        // 12 ms in 10 s for two clients.
        #expect(row.serverCPUMicrosecondsPerClientHour.map { Int($0.rounded()) } == 2_160_000)
        #expect(row.serverVoluntarySwitches == nil && row.serverInvoluntarySwitches == nil)
    }

    @Test("without a reading the columns are empty, although the feeder reports its usage")
    func unknown() {
        var outcome = outcome()
        outcome.measuredUsage.after = nil
        let row = RowMaker(identity: .fake, outcome: outcome).summary
        #expect(row.serverUserCPUSeconds == nil && row.serverRSSPeakBytes == nil)
        #expect(row.serverCPUMicrosecondsPerItem == nil && row.serverCPUMicrosecondsPerClientHour == nil)
    }

    @Test("CPU time that went down is unknown: a process ended that no other has collected")
    func lostProcess() {
        var outcome = outcome()
        outcome.measuredUsage.after = usage(at: 11, cpu: 1_000, resident: 1, peak: 1)
        #expect(outcome.usage.cpu == nil)
    }

    @Test("the feeder's own CPU time decides about a late publisher")
    func publisher() {
        let evidence = LoadEvidence(outcome())
        #expect(evidence.publisherCPURatio == 1)
        #expect(evidence.publisher == "the feeder")
        #expect(LoadEvidence(.fake()).publisher == "the server")
    }

    @Test("complaints of the clients name the server")
    func complaints() {
        var record = LoadRecord()
        (record.errors, record.faults) = (3, ["the server closed the connection"])
        record.rowObjections = ["4 clients received only part of their first item"]
        #expect(
            Validity(outcome(record)).reasons == [
                "ws-node: 4 clients received only part of their first item",
                "ws-node: 3 errors, the first: the server closed the connection",
            ])
    }

    @Test("the measurement reads the usage before the clients, at the start and at the end of the window")
    func readings() async throws {
        var server = FakeRunningServer(.fake())
        server.endpoint.peer = PeerIdentity(name: "ws-node", version: "8.11.0")
        server.endpoint.feedStatus = LoadTarget(port: 1_001)
        server.usages = [1, 2, 3].map { usage(at: $0, cpu: $0, resident: 1, peak: 1) }
        let outcome = try await CaseMeasurement(
            subject: .fake(), server: FakeServer(running: server), load: FakeLoad(), host: ManualHost()
        ).run()
        #expect(outcome.peer == PeerIdentity(name: "ws-node", version: "8.11.0"))
        #expect(outcome.accounting == "fake")
        #expect(outcome.usage.idle?.userMicroseconds == 1)
        #expect(outcome.usage.before?.userMicroseconds == 2)
        #expect(outcome.usage.after?.userMicroseconds == 3)
        #expect(outcome.serverKernel == nil)
    }

    @Test("if the feeder stops answering, the sentence says so")
    func lostFeeder() async throws {
        var server = FakeRunningServer(.fake(), nil)
        server.endpoint.peer = PeerIdentity(name: "ws-node", version: "8.11.0")
        server.endpoint.feedStatus = LoadTarget(port: 1_001)
        let outcome = try await CaseMeasurement(
            subject: .fake(), server: FakeServer(running: server), load: FakeLoad(), host: ManualHost()
        ).run()
        #expect(outcome.record.rowObjections == ["the feeder stopped answering within the run"])
    }
}

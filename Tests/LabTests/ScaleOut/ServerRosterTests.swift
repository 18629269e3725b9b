import LoadGenerator
import Measurement
import ResultFiles
import Testing
import Transports

@testable import Lab

@Suite("What several servers have used together")
struct ServerRosterTests {
    private static let now = MonotonicInstant(nanoseconds: 5)

    private static func usage(cpu: Int64, resident: Int64?, peak: Int64) -> ServerUsage {
        ServerUsage(
            instant: MonotonicInstant(nanoseconds: 1), userMicroseconds: cpu, systemMicroseconds: cpu * 10,
            residentBytes: resident, residentPeakBytes: peak)
    }

    private static func server(cpu: Int64, resident: Int64, peak: Int64) -> FakeRunningServer {
        var status = ServerStatus.fake()
        (status.cpuUserMicroseconds, status.cpuSystemMicroseconds) = (cpu, cpu * 10)
        (status.residentBytes, status.residentPeakBytes) = (resident, peak)
        return FakeRunningServer(status)
    }

    @Test("CPU time and memory are sums; a server that was killed keeps its CPU time and the larger peak")
    func sum() {
        let running = [
            0: Self.usage(cpu: 1, resident: 100, peak: 150), 1: Self.usage(cpu: 2, resident: 200, peak: 250),
        ]
        let all = ServerUsage(running: running, killed: [:], at: Self.now)
        #expect((all.userMicroseconds, all.systemMicroseconds) == (3, 30))
        #expect((all.residentBytes, all.residentPeakBytes, all.instant) == (300, 400, Self.now))
        let killed = ServerUsage(
            running: running, killed: [1: Self.usage(cpu: 40, resident: 900, peak: 1_000)], at: Self.now)
        #expect((killed.userMicroseconds, killed.systemMicroseconds) == (43, 430))
        #expect((killed.residentBytes, killed.residentPeakBytes) == (300, 1_150))
        let unknown = ServerUsage(
            running: [0: Self.usage(cpu: 1, resident: nil, peak: 1)], killed: [:], at: Self.now)
        #expect(unknown.residentBytes == nil)
    }

    @Test("while a server is away its last reading counts, then that of the process after it too")
    func kill() async throws {
        let roster = ServerRoster(count: 2)
        roster.started(1, Self.server(cpu: 20, resident: 5, peak: 6))
        roster.started(0, Self.server(cpu: 1, resident: 2, peak: 3))
        #expect(try await roster.whenAllStarted().count == 2)
        #expect(roster.usage(at: Self.now)?.userMicroseconds == 21)
        roster.willBeKilled(1)
        #expect(roster.usage(at: Self.now)?.userMicroseconds == 21)
        #expect(roster.usage(at: Self.now)?.residentBytes == 2)
        roster.started(1, Self.server(cpu: 300, resident: 7, peak: 4))
        let usage = roster.usage(at: Self.now)
        #expect((usage?.userMicroseconds, usage?.residentBytes, usage?.residentPeakBytes) == (321, 9, 9))
    }

    @Test("without the answer of a server the sum is unknown; for good if that server is killed")
    func silent() {
        let roster = ServerRoster(count: 2)
        roster.started(0, Self.server(cpu: 1, resident: 2, peak: 3))
        roster.started(1, FakeRunningServer(nil))
        #expect(roster.usage(at: Self.now) == nil)
        roster.willBeKilled(1)
        #expect(roster.usage(at: Self.now) == nil)
    }

    @Test("a row has the cost of the servers, not that of the program that writes the stream")
    func row() {
        var status = ServerStatus.fake()
        status.nowNanoseconds = 1_000_000_000
        var later = status
        (later.nowNanoseconds, later.cpuUserMicroseconds, later.voluntarySwitches) = (11_000_000_000, 9_000_000, 5)
        var outcome = CaseOutcome(
            subject: .fake(), record: LoadRecord(), idle: status, before: status, after: later, publisherLag: nil,
            published: 100, kernelDrops: nil)
        outcome.hasFeeder = true
        outcome.measuredUsage.before = Self.usage(cpu: 1_000, resident: 10, peak: 20)
        outcome.measuredUsage.after = Self.usage(cpu: 3_000, resident: 10, peak: 15)
        let row = RowMaker(identity: .fake, outcome: outcome).summary
        #expect((row.serverUserCPUSeconds, row.serverSystemCPUSeconds) == (0.002, 0.02))
        #expect(row.serverRSSPeakBytes == 20)
        #expect(row.serverVoluntarySwitches == nil)
        #expect(row.serverVersion == "9.9.9")
        #expect(LoadEvidence(outcome).publisher == "the feeder")
    }
}

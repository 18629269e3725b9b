import LoadGenerator
import Measurement
import ResultFiles
import Testing
import Transports

@testable import Lab

@Suite("Clocks of several hosts")
struct ClockRuleTests {
    private static func rule(_ error: Duration?, tolerance: Duration? = nil, median: Int64? = 1_000) -> ClockRule {
        ClockRule(error: error, tolerance: tolerance, medianMicroseconds: median)
    }

    @Test("an error of up to half of the median is allowed")
    func half() {
        #expect(Self.rule(.microseconds(500)).complaint == nil)
        #expect(
            Self.rule(.microseconds(501)).complaint
                == "the clocks of server and clients agree only to 501 us; at most 500 us is allowed, half of the "
                + "median latency")
        #expect(Self.rule(.zero, median: 0).complaint == nil)
        #expect(Self.rule(nil).complaint == nil)
    }

    @Test("--clock-tolerance replaces the half")
    func tolerance() {
        #expect(Self.rule(.microseconds(900), tolerance: .milliseconds(1)).complaint == nil)
        #expect(
            Self.rule(.microseconds(100), tolerance: .microseconds(99)).complaint
                == "the clocks of server and clients agree only to 100 us; at most 99 us is allowed, --clock-tolerance")
    }

    @Test("a row has the error, and its times are invalid if it is too large")
    func row() {
        var record = LoadRecord()
        #expect(RowMaker(identity: .fake, outcome: .fake(record)).summary.clockErrorMicroseconds == nil)
        for _ in 0..<10 { record.latency.record(microseconds: 800) }
        record.clockErrorNanoseconds = 0
        #expect(RowMaker(identity: .fake, outcome: .fake(record)).summary.clockErrorMicroseconds == 0)
        record.clockErrorNanoseconds = 401_500
        let row = RowMaker(identity: .fake, outcome: .fake(record)).summary
        #expect(row.clockErrorMicroseconds == 401.5)
        #expect(row.timesValid == false && row.bytesValid == true)
        #expect(
            row.invalidReason
                == "the clocks of server and clients agree only to 402 us; at most 400 us is allowed, half of the "
                + "median latency")
        var subject = MeasuredCase.fake()
        subject.clockTolerance = .milliseconds(2)
        #expect(Validity(.fake(record, of: subject)).areTimesValid)
    }

    @Test("latencies below 0 are valid within the error of the clocks")
    func negative() {
        var record = LoadRecord()
        for value in [-3, 100, 100, 100] as [Int64] { record.latency.record(microseconds: value) }
        record.clockErrorNanoseconds = 3_000
        #expect(Validity(.fake(record)).areTimesValid)
        record.clockErrorNanoseconds = 2_900
        #expect(!Validity(.fake(record)).areTimesValid)
    }

    @Test("the plan of a server on another clock has instants of that clock")
    func otherClock() async throws {
        var server = FakeRunningServer(.fake(clock: "elsewhere"))
        server.ahead = .seconds(100)
        let plans = EventLog()
        let load = FakeLoad { plan in
            let (clock, epoch) = (plan.clock, plan.epoch?.nanoseconds ?? 0)
            plans.add("\(clock?.identity ?? "") \(clock?.aheadOfLab ?? .zero) \(epoch)")
            plans.add("\((plan.times.start - MonotonicInstant(nanoseconds: 101_000_000_000)).nanoseconds)")
            return LoadRecord()
        }
        let host = ManualHost()
        let outcome = try await CaseMeasurement(
            subject: .fake(), server: FakeServer(running: server), load: load, host: host
        ).run()
        #expect(plans.events == ["elsewhere 100.0 seconds 1500000000", "30000000"])
        #expect(outcome.before != nil && outcome.after != nil)
        // The server's clock shows 1.5 s when its feed begins, which is before now; the lab waits for nothing.
        #expect(host.now() == MonotonicInstant(nanoseconds: 1_000_000_000))
    }

    @Test("the manifest has where the processes ran and how their clocks compared")
    func groups() {
        var record = LoadRecord()
        #expect(LoadProcessGroups(record).groups == [:])
        let hello = WorkerHello(
            version: "1", host: "node1", bootID: "b", clock: "c", processors: 4, nowNanoseconds: 1)
        record.processes = [LoadProcessFacts(place: "n1", hello: hello, clients: 3, clock: nil)]
        #expect(LoadProcessGroups(record).groups == [:], "one process on this machine needs no group")
        let figures = ClockFigures(
            aheadNanoseconds: -5_000_040, drift: -50e-6, boundNanoseconds: 43_210, exchanges: 140,
            quickestNanoseconds: 80_000, isByWallClocks: false)
        record.processes.append(LoadProcessFacts(place: "n2", hello: hello, clients: 4, clock: figures))
        let groups = LoadProcessGroups(record).groups
        #expect(
            groups["load process 1"] == [
                "place": "n1", "host": "node1", "boot_id": "b", "version": "1", "clients": "3", "processors": "4",
            ])
        #expect(
            groups["load process 2"] == [
                "place": "n2", "host": "node1", "boot_id": "b", "version": "1", "clients": "4", "processors": "4",
                "clock_offset_us": "-5000.0", "clock_drift_ppm": "-50.0", "clock_bound_us": "43.2",
                "clock_quickest_us": "80.0", "clock_exchanges": "140", "clock_source": "exchanges",
            ])
    }
}

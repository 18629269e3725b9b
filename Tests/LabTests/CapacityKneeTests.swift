import Expressions
import Measurement
import ResultFiles
import Scenario
import Testing

@testable import Lab

/// A server that works one delay on each item for each client, in order: a queue in closed form.
private struct SimulatedServer {
    let delay: Double
    var random: SeededGenerator

    /// The 99th percentile of the delays of the items due between 1 s and 4 s, in µs. The speed of runs differs by 2 %,
    /// as on a real machine.
    mutating func latencyP99(clients: Int, rate: Double) -> Double {
        let delay = self.delay * (0.98 + 0.04 * random.uniform())
        var (free, latencies) = (0.0, [Double]())
        for item in 0..<Int(4 * rate) {
            let due = Double(item) / rate
            free = max(free, due)
            for _ in 0..<clients {
                free += delay
                if due >= 1 { latencies.append(free - due) }
            }
        }
        return latencies.sorted()[latencies.count * 99 / 100] * 1e6
    }
}

@Suite("The capacity of a server with a known time per item: clients × rate = 1 / time per item")
struct CapacityKneeTests {
    private static let condition = "latency_p99_us > 100ms or missed > 0"

    private func run(_ field: String, _ text: String, limits: CapacitySearch.Limits) throws -> CapacityRun {
        try CapacityRun(
            text: text, file: "", overrides: [], raising: RaisedField(field),
            until: Predicate(Self.condition, columns: .results), limits: limits, time: .seconds(3_600))
    }

    /// Runs the searches of a source with rows of the simulated server.
    private func finish(_ run: CapacityRun, delay: Double, seed: UInt64) throws -> CapacitySource {
        var server = SimulatedServer(delay: delay, random: SeededGenerator(seed: seed))
        var source = CapacitySource(run) { _, one, planned, load in
            var subject = MeasuredCase.fake(
                planned.caseID, repetition: planned.repetition, transport: one.transport.name, clients: one.clients)
            subject.ratePerSecond = one.feed.rate?.perSecond
            subject.axes = [load]
            return RunPlan.Step(
                measurement: CaseMeasurement(subject: subject, server: FakeServer(), load: FakeLoad()), label: "",
                estimate: .seconds(5))
        }
        var results = RunResults()
        var steps = source.next(after: results)
        while !steps.isEmpty {
            for subject in steps.map(\.measurement.subject) {
                var row = SummaryRow()
                (row.runID, row.scenario, row.caseID) = ("run", "knee", subject.id)
                row.repetition = subject.repetition
                row.transport = subject.transport.name
                (row.valid, row.missed) = (true, 0)
                row.latencyP99Microseconds = server.latencyP99(
                    clients: subject.timing.clients, rate: try #require(subject.ratePerSecond))
                results.summary.append(row)
            }
            steps = source.next(after: results)
        }
        return source
    }

    private static let text = """
        name: knee
        feeds: [{source: synthetic, rate: 20/s}]
        clients: [10, 20]
        transports: [{use: websocket}, {use: long-poll}]
        """

    @Test("raising the clients finds the knee within 10 %, three times of three", arguments: [1, 2, 3] as [UInt64])
    func clients(seed: UInt64) throws {
        let run = try run("clients", Self.text, limits: CapacitySearch.Limits(start: 10, range: 1...20_000))
        let source = try finish(run, delay: 0.000_5, seed: seed)
        // 1 / (0.5 ms × 20/s)
        let knee = 100.0
        #expect(source.capacity.map(\.name) == ["websocket", "long-poll"])
        for finding in source.capacity {
            #expect(finding.answer.outcome == .found)
            #expect(abs((finding.answer.load ?? 0) / knee - 1) < 0.1, "\(finding.sentence)")
            #expect((finding.answer.low ?? 0) < knee * 1.05)
            #expect((finding.answer.high ?? 0) > knee * 0.98)
        }
    }

    @Test("raising the rate finds the same knee")
    func rate() throws {
        let text = Self.text.replacing("clients: [10, 20]", with: "clients: 50")
        var limits = CapacitySearch.Limits(start: 5, range: 1...1_000)
        limits.precision = 0.02
        let source = try finish(try run("rate", text, limits: limits), delay: 0.001, seed: 7)
        for finding in source.capacity {
            #expect(abs((finding.answer.load ?? 0) / 20 - 1) < 0.1, "\(finding.sentence)")
        }
    }

    @Test("each measurement has a row with the load and the answer so far")
    func rows() throws {
        let run = try run("clients", Self.text, limits: CapacitySearch.Limits(start: 10, range: 1...20_000))
        let source = try finish(run, delay: 0.000_5, seed: 1)
        let first = source.rows.filter { $0.search == 1 }
        #expect(first.map(\.step) == Array(1...first.count))
        #expect(first.count == source.capacity[0].steps)
        #expect(first[0].caseID == "synthetic-20-per-s-128B_10-clients_websocket")
        #expect((first[0].field, first[0].load, first[0].phase) == ("clients", 10, "grow"))
        #expect(first.dropLast().allSatisfy { $0.outcome == "searching" })
        #expect(first.last?.outcome == "found")
        #expect(first.last?.answer == source.capacity[0].answer.load)
        let ids = source.inOrder(source.rows.map(\.caseID))
        #expect(
            ids.firstIndex { $0.contains("long-poll") } == ids.lastIndex { $0.contains("websocket") }.map { $0 + 1 })
        let text = CapacityRow.table.text(of: source.rows)
        #expect(try CapacityRow.table.rows(from: text, file: "capacity.csv") == source.rows)
    }

    /// A source with its first steps, and a valid row of one of them.
    private func interrupted(_ value: Double?) throws -> (source: CapacitySource, results: RunResults) {
        let run = try run("clients", Self.text, limits: CapacitySearch.Limits(start: 10, range: 1...20_000))
        var source = CapacitySource(run) { _, _, planned, _ in
            let subject = MeasuredCase.fake(planned.caseID, repetition: planned.repetition)
            return RunPlan.Step(
                measurement: CaseMeasurement(subject: subject, server: FakeServer(), load: FakeLoad()), label: "",
                estimate: .seconds(5))
        }
        var results = RunResults()
        let subject = try #require(source.next(after: results).first).measurement.subject
        var row = SummaryRow()
        (row.caseID, row.repetition, row.transport) = (subject.id, subject.repetition, "websocket")
        (row.valid, row.missed, row.latencyP99Microseconds) = (true, 0, value)
        results.summary = [row]
        return (source, results)
    }

    @Test("an interrupted search has what was measured, and not what was under way")
    func interruption() throws {
        let (begun, results) = try interrupted(1_000)
        var source = begun
        source.end(after: results)
        #expect(source.rows.map(\.load) == [10])
        #expect(source.rows.map(\.isReached) == [false])
        #expect(
            source.capacity.map(\.sentence) == [
                "websocket: not found before the interruption; so far clients 10, after 1 measurement",
                "long-poll: not found before the interruption; so far no value of clients, after 0 measurements",
            ])
    }

    @Test("a valid row without the value of the condition ends the search, with the name of the column")
    func missingValue() throws {
        let (begun, results) = try interrupted(nil)
        var source = begun
        let further = source.next(after: results)
        #expect(further.allSatisfy { $0.run.caseID.hasSuffix("long-poll") })
        #expect(source.rows.first?.outcome == "undecided")
        #expect(
            source.capacity.first?.sentence
                == "websocket: not found: the results do not tell: latency_p99_us has no value in this scenario, after "
                + "1 measurement")
    }

    @Test("ids that do not contain the load get it at their end")
    func ids() throws {
        let text = "name: k\nfeeds: [{source: synthetic}]\ntransports: [{use: short-poll}]\n"
        let run = try run("short-poll.interval", text, limits: CapacitySearch.Limits(start: 0.5, range: 0.1...8))
        #expect(!run.hasDistinctIDs)
        let source = try finish(run, delay: 0.000_001, seed: 1)
        #expect(source.rows.first?.caseID == "synthetic-10-per-s-128B_100-clients_short-poll_interval-500ms")
        #expect(source.rows.map(\.load).prefix(5) == [0.5, 1, 2, 4, 8])
        #expect(source.capacity[0].sentence.hasPrefix("short-poll: at least interval 8s; the condition was never true"))
    }

    @Test("planned time is limited")
    func time() throws {
        let limits = CapacitySearch.Limits(start: 10, range: 1...20_000)
        let run = try CapacityRun(
            text: Self.text, file: "", overrides: ["transports=[{use: sse}]"], raising: RaisedField("clients"),
            until: Predicate(Self.condition, columns: .results), limits: limits, time: .seconds(16))
        let source = try finish(run, delay: 0.000_5, seed: 1)
        #expect(source.rows.map(\.load) == [10, 20, 40])
        #expect(source.rows.last?.outcome == "out-of-time")
        #expect(source.capacity[0].sentence == "sse: not found in the time; so far clients 40, after 3 measurements")
    }
}

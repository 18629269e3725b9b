import Codecs
import Expressions
import Foundation
import Host
import LoadGenerator
import Measurement
import Report
import ResultFiles
import Scenario
import Synchronization
import Testing

@testable import Lab

@Suite("Runs that go on or are repeated")
struct EarlierRunTests {
    private static let text = """
        name: earlier
        feeds: [{source: synthetic, rate: 10/s}]
        clients: [1, 2]
        transports: [{use: websocket}, {use: long-poll}]
        repeats: 3
        seed: 11
        """

    @Test(
        "a resumed run has the keys, order, seeds, items and planned polls of an uninterrupted one",
        arguments: [0, 1, 5, 11])
    func resumption(after finished: Int) async throws {
        let (whole, broken) = (try Bench(Self.text), try Bench(Self.text))
        let expected = try await whole.run()
        let first = try await broken.run(interruptedAt: finished)
        #expect(first.wasInterrupted)
        #expect(first.results.summary.count == finished)
        let ending = try await broken.resume()
        #expect(!ending.wasInterrupted)
        #expect(ending.manifest.complete)
        #expect(ending.manifest.resumptions?.map(\.keptRuns) == [finished])
        #expect(ending.manifest.caseOrder == expected.manifest.caseOrder)
        #expect(ending.manifest.runID == expected.manifest.runID)
        // Measured once each: the case, its seed and what the load process had to do.
        #expect(broken.plans == whole.plans)
        #expect(broken.measured == whole.measured)
        #expect(broken.measured.count == 12)
        #expect(broken.servers == whole.servers)
        for file in ["summary.csv", "layers.csv", "timeline.csv", "exchanges.csv", "predictions.csv"] {
            #expect(broken.read(file) == whole.read(file), "\(file)")
        }
        for key in whole.plans.keys { #expect(broken.read("\(key).hlog") == whole.read("\(key).hlog")) }
    }

    @Test("only rows that are valid and have all their files stay")
    func keptRows() async throws {
        let bench = try Bench(Self.text)
        let ending = try await bench.run(failing: { $0.caseID.contains("1-client_websocket") && $0.repetition == 2 })
        #expect(ending.complaints.count == 1)
        let lost = PlannedRun("synthetic-10-per-s-128B_2-clients_long-poll", repetition: 3)
        try FileManager.default.removeItem(atPath: "\(bench.out)/\(lost.caseID)_r3.hlog")
        let again = try await bench.resume()
        #expect(again.complaints == [])
        #expect(again.results.summary.map(\.valid) == Array(repeating: true, count: 12))
        #expect(bench.measured.suffix(2).map(\.repetition).sorted() == [2, 3])
        #expect(bench.measured.count == 14)
        #expect(try EarlierRun(folder: bench.out).keptResults().runs.count == 12)
        #expect(try Runner(resuming: EarlierRun(folder: bench.out), settings: bench.settings).isComplete)
    }

    @Test("resuming a complete run measures and writes nothing, and judges its conditions again")
    func completeRun() async throws {
        let bench = try Bench(Self.text + "\nthresholds: [websocket.latency_samples > 99]\n")
        let first = try await bench.run()
        #expect(first.checks.map(\.verdict) == ["failed", "failed"])
        let files = ["manifest.json", "summary.csv", "checks.csv"].map(bench.read)
        let again = try await bench.resume()
        #expect(again.checks == first.checks)
        #expect(again.complaints == first.complaints)
        #expect(again.results.summary.count == 12)
        #expect(bench.measured.count == 12)
        #expect(["manifest.json", "summary.csv", "checks.csv"].map(bench.read) == files)
    }

    @Test("results that cannot be written: the sentence says what is kept and how to go on, and that works")
    func unwritten() async throws {
        let bench = try Bench(Self.text)
        // A folder in place of the temporary file, as good as a full disk.
        let obstacle = "\(bench.out)/datapackage.json.partial"
        let fault = await #expect(throws: UnwrittenRun.self) {
            try await bench.run(samples: { run in
                if bench.measured.count == 3 {
                    try? FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: false)
                }
                return 1
            })
        }
        #expect(
            fault?.description == "\(bench.out)/datapackage.json is a folder, not a file; the runs of cases that were "
                + "written before are kept in \(bench.out); to go on when it can be written: pushlab run --resume "
                + "\(bench.out)")
        try FileManager.default.removeItem(atPath: obstacle)
        let ending = try await bench.resume()
        #expect(ending.manifest.complete)
        #expect(ending.manifest.resumptions?.first?.keptRuns ?? 0 >= 2)
    }

    @Test("a repetition has the same scenario, options and order, in another folder")
    func repetition() async throws {
        let (first, second) = (try Bench(Self.text, only: ["*_websocket"]), try Bench(Self.text))
        _ = try await first.run()
        let earlier = try EarlierRun(folder: first.out)
        let ending = try await second.run(try ScenarioRun(earlier, extends: false), repeating: earlier)
        #expect(ending.manifest.repeatsRun == earlier.manifest.runID)
        #expect(ending.manifest.options == earlier.manifest.options)
        #expect(ending.manifest.options?.only == ["*_websocket"])
        #expect(ending.manifest.caseOrder == earlier.manifest.caseOrder)
        #expect(ending.manifest.scenario == earlier.manifest.scenario)
        #expect(second.plans == first.plans)
    }

    @Test("--until adds repeats of the undecided cases, up to the limit, and a resumed run goes on with it")
    func until() async throws {
        let predicate = try Predicate("websocket.latency_samples > 0", columns: .results)
        let text = Self.text.replacing("clients: [1, 2]", with: "clients: 1").replacing(
            "repeats: 3", with: "repeats: 1")
        let until = RepeatUntil([ResultCheck(.until, predicate)], most: 4)
        let (whole, broken) = (try Bench(text, until: until), try Bench(text, until: until))
        // The second repeat delivers an item, so the median over the repeats is above 0.
        let samples: @Sendable (PlannedRun) -> Int = { $0.repetition < 2 ? 0 : 1 }
        let ending = try await whole.run(samples: samples)
        #expect(ending.results.summary.map(\.repetition) == [1, 2, 1])
        #expect(ending.results.summary.map(\.transport) == ["websocket", "websocket", "long-poll"])
        #expect(ending.checks.map(\.verdict) == ["passed"])
        #expect(ending.manifest.options?.until == ["websocket.latency_samples > 0"])
        _ = try await broken.run(interruptedAt: 1, samples: samples)
        let resumed = try await broken.resume(samples: samples)
        #expect(resumed.manifest.caseOrder == ending.manifest.caseOrder)
        let limited = try Bench(text, until: until)
        let open = try await limited.run(samples: { _ in 0 })
        #expect(open.results.summary.filter { $0.transport == "websocket" }.map(\.repetition) == [1, 2, 3, 4])
        #expect(open.checks.map(\.verdict) == ["open"])
        // A repetition has exactly the repeats of the run.
        let exact = try ScenarioRun(EarlierRun(folder: whole.out), extends: false)
        #expect(RunPlan(exact, whole.settings).source.isOver(after: ending.results))
    }

    @Test("recordings come from where the scenario says, or from the copies of the run")
    func recordings() async throws {
        let place = FileManager.default.temporaryDirectory.appendingPathComponent("pushlab-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: place) }
        let file = "\(place)/feed.ndjson"
        try Data(String(repeating: "item\n", count: 200).utf8).write(to: URL(fileURLWithPath: file))
        let text = """
            name: earlier
            feeds: [{source: "replay:\(file)"}]
            clients: 1
            transports: [{use: websocket}]
            duration: 1s
            """
        let bench = try Bench(text)
        _ = try await bench.run()
        #expect(try EarlierRun(folder: bench.out).recordings == RecordingPlaces())
        try Data("changed\n".utf8).write(to: URL(fileURLWithPath: file))
        let moved = try EarlierRun(folder: bench.out)
        #expect(moved.recordings[file] == "\(bench.out)/recordings/1-feed.ndjson")
        let plan = RunPlan(try ScenarioRun(moved, extends: false), bench.settings)
        #expect(plan.steps.first?.run.caseID == "replay-feed_1-client_websocket")
        let server = try #require(plan.steps.first?.measurement.server as? OwnServer)
        #expect(server.arguments.contains("replay:\(bench.out)/recordings/1-feed.ndjson"))
        try FileManager.default.removeItem(atPath: "\(bench.out)/recordings/1-feed.ndjson")
        let lost = #expect(throws: EarlierRunFault.self) { try EarlierRun(folder: bench.out) }
        #expect(
            lost?.description == "\(file) has changed since the run, and \(bench.out) has no copy of what the run "
                + "replayed; restore the file")
    }

    @Test("a folder that cannot go on is refused in one sentence and not changed")
    func refusals() async throws {
        let bench = try Bench(Self.text)
        _ = try await bench.run()
        let manifest = bench.read("manifest.json")
        func refusal(_ change: (String) -> String) throws -> String? {
            try Data(change(manifest).utf8).write(to: URL(fileURLWithPath: "\(bench.out)/manifest.json"))
            return #expect(throws: EarlierRunFault.self) { _ = try EarlierRun(folder: bench.out) }?.description
        }
        let older = try refusal { $0.replacing("\"options\" :", with: "\"other\" :") }
        #expect(older?.contains("does not list the options of the run") == true)
        let version = try refusal { $0.replacing("\"schema_version\" : 1", with: "\"schema_version\" : 9") }
        #expect(version == "\(bench.out)/manifest.json: schema_version is 9; this program reads 1")
        let unknown = try refusal { $0.replacing("_2-clients_", with: "_3-clients_") }
        #expect(unknown?.contains("lists a case that the scenario does not have") == true)
        let search = try refusal { $0.replacing("\"environment\" : {", with: "\"environment\" : {\n\"capacity\": {},") }
        #expect(search?.contains("is a search of 'pushlab capacity', which is not resumed") == true, "\(search ?? "")")
        let merged = try refusal { $0.replacing("\"options\" :", with: "\"merged_runs\" : [],\n\"options\" :") }
        #expect(merged == "\(bench.out) was merged from several runs; resume or repeat one of those")
        let missing = #expect(throws: EarlierRunFault.self) { try EarlierRun(folder: "\(bench.out)/plots") }
        #expect(missing?.description == "\(bench.out)/plots is not the folder of a run: it has no manifest.json")
        let none = #expect(throws: EarlierRunFault.self) { try EarlierRun(folder: "\(bench.out)-x") }
        #expect(none?.description.contains("does not exist") == true)
        let file = #expect(throws: EarlierRunFault.self) { try EarlierRun(folder: "\(bench.out)/summary.csv") }
        #expect(file?.description == "\(bench.out)/summary.csv is not the folder of a run: it has no manifest.json")
    }
}

extension StepSource {
    fileprivate func isOver(after results: RunResults) -> Bool {
        var copy = self
        return copy.next(after: results).isEmpty
    }
}

/// Runs a scenario with fakes instead of processes, in a scratch folder.
private final class Bench: Sendable {
    let out: String
    let scenario: ScenarioRun
    private struct Record {
        /// What the load process had to do, as JSON, by run.
        var plans: [String: String] = [:]
        /// In the order of measurement.
        var measured: [PlannedRun] = []
        /// Command lines of the servers.
        var servers: Set<[String]> = []
    }

    // Guards what the steps record.
    private let record = Mutex(Record())
    var plans: [String: String] { record.withLock { $0.plans } }
    var measured: [PlannedRun] { record.withLock { $0.measured } }
    var servers: Set<[String]> { record.withLock { $0.servers } }

    var settings: RunSettings {
        RunSettings(
            out: out, commandLine: ["pushlab", "run"], executables: Executables(server: "/", pushlab: "/"),
            seedsMasks: false, progress: NoProgress())
    }

    init(_ text: String, only: [String] = [], until: RepeatUntil? = nil) throws {
        out = FileManager.default.temporaryDirectory.appendingPathComponent("pushlab-\(UUID().uuidString)").path
        var options = Manifest.RunOptions()
        options.only = only
        let whole = try Scenario(text: text, file: "")
        scenario = ScenarioRun(
            try whole.only(only.map { CasePattern($0) }), text: text, options: options, until: until)
    }

    deinit { try? FileManager.default.removeItem(atPath: out) }

    func read(_ name: String) -> String { TextFile.read("\(out)/\(name)") ?? "" }

    func run(
        _ run: ScenarioRun? = nil, repeating repeated: EarlierRun? = nil, interruptedAt step: Int? = nil,
        failing fails: @escaping @Sendable (PlannedRun) -> Bool = { _ in false },
        samples: @escaping @Sendable (PlannedRun) -> Int = { _ in 1 }
    ) async throws -> RunEnding {
        let run = run ?? scenario
        var plan = faked(RunPlan(run, settings), fails, samples)
        plan.recordings = try KeptRecordings(run.scenario, from: run.recordings)
        plan.repeatsRun = repeated?.manifest.runID
        if let step {
            let subject = plan.steps[step].measurement.subject
            let load = FakeLoad { _ in throw CancellationError() }
            plan.steps[step] = RunPlan.Step(
                measurement: CaseMeasurement(subject: subject, server: FakeServer(), load: load, host: ManualHost()),
                label: "", estimate: .zero)
        }
        return try await Runner(plan, settings: settings, host: ManualHost()).run()
    }

    func resume(samples: @escaping @Sendable (PlannedRun) -> Int = { _ in 1 }) async throws -> RunEnding {
        let earlier = try EarlierRun(folder: out)
        let plan = faked(RunPlan(try ScenarioRun(earlier, extends: true), settings), { _ in false }, samples)
        let kept = try earlier.keptResults()
        return try await Runner(plan, settings: settings, in: .existing(earlier, kept), host: ManualHost()).run()
    }

    private func faked(
        _ plan: RunPlan, _ fails: @escaping @Sendable (PlannedRun) -> Bool,
        _ samples: @escaping @Sendable (PlannedRun) -> Int
    ) -> RunPlan {
        var plan = plan
        let fake: @Sendable (RunPlan.Step) -> RunPlan.Step = { self.faked($0, fails, samples) }
        plan.steps = plan.steps.map(fake)
        plan.source = FakedSource(source: plan.source, fake: fake)
        return plan
    }

    private func faked(
        _ step: RunPlan.Step, _ fails: @escaping @Sendable (PlannedRun) -> Bool,
        _ samples: @escaping @Sendable (PlannedRun) -> Int
    ) -> RunPlan.Step {
        let (run, subject) = (step.run, step.measurement.subject)
        let arguments = (step.measurement.server as? OwnServer)?.arguments ?? []
        let load = FakeLoad { plan in
            self.record.withLock { $0.measured.append(run) }
            if fails(run) { throw CaseFault.loadFailed(how: "exit code 1", complaint: "oh") }
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            let json = String(decoding: try encoder.encode(plan), as: UTF8.self)
            self.record.withLock {
                $0.plans["\(run.caseID)_r\(run.repetition)"] = json
                $0.servers.insert(arguments)
            }
            var record = LoadRecord()
            for _ in 0..<samples(run) { record.latency.record(nanoseconds: Int64(run.repetition) * 1_000_000) }
            return record
        }
        let measurement = CaseMeasurement(subject: subject, server: FakeServer(), load: load, host: ManualHost())
        return RunPlan.Step(measurement: measurement, label: step.label, estimate: step.estimate)
    }
}

private struct FakedSource: StepSource {
    var source: any StepSource
    let fake: @Sendable (RunPlan.Step) -> RunPlan.Step

    mutating func next(after results: RunResults) -> [RunPlan.Step] { source.next(after: results).map(fake) }
}

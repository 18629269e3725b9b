import Codecs
import Foundation
import Host
import ResultFiles

@testable import Lab

/// A path for one run's folder, removed after the test.
final class ScratchFolder {
    let out: String

    init() {
        out = FileManager.default.temporaryDirectory.appendingPathComponent("pushlab-\(UUID().uuidString)").path
    }

    deinit { try? FileManager.default.removeItem(atPath: out) }

    func step(
        _ id: String, repetition: Int = 1, server: FakeServer = FakeServer(), middleboxes: [any Middlebox] = [],
        load: FakeLoad = FakeLoad(),
        attempts: Int = 1
    ) -> RunPlan.Step {
        let measurement = CaseMeasurement(
            subject: .fake(id, repetition: repetition), server: server, middleboxes: MiddleboxChain(middleboxes),
            load: load,
            host: ManualHost())
        return RunPlan.Step(measurement: measurement, label: id, estimate: .seconds(1), attempts: attempts)
    }

    func run(
        _ steps: [RunPlan.Step], rowOrder: [String], progress: any RunProgress = NoProgress(),
        then source: any StepSource = NoFurtherSteps(), isSingleMeasurement: Bool = false
    ) async throws -> RunEnding {
        let scenario = Manifest.ScenarioRecord(
            name: "fake", text: "name: fake\n", sha256: SHA256.hexDigest(of: "name: fake\n"))
        let settings = RunSettings(
            out: out, commandLine: ["pushlab", "run"], executables: Executables(server: "/", pushlab: "/"),
            seedsMasks: false, progress: progress)
        var plan = RunPlan(scenario: scenario, seed: 5, steps: steps, rowOrder: rowOrder)
        plan.source = source
        plan.isSingleMeasurement = isSingleMeasurement
        return try await Runner(plan, settings: settings, host: ManualHost()).run()
    }

    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(out)/\(name)") }

    func rows() throws -> [SummaryRow] {
        try SummaryRow.table.rows(from: TextFile.read("\(out)/summary.csv") ?? "", file: "summary.csv")
    }
}

import Host
import LoadGenerator
import Report
import ResultFiles
import Scenario
import Transports

/// Runs steps one after another, and writes the results after each step.
package struct Runner: Sendable {
    private let plan: RunPlan
    private let settings: RunSettings
    private let host: any LabHost
    private let folder: RunFolder
    private var manifest: Manifest
    private var results = RunResults()
    private var complaints: [String] = []
    private var links = LinkFacts()

    /// Checks that processes can open enough file descriptors, and makes the folder.
    ///
    /// - Throws: `OutputFault`, `FileFault` or `DescriptorLimitFault`.
    init(_ plan: RunPlan, settings: RunSettings, host: any LabHost = ThisHost()) throws {
        self.plan = plan
        self.settings = settings
        self.host = host
        // Each child raises its own limit. The check here fails before the first case instead of after it.
        let needed = plan.steps.map { $0.measurement.subject }.map {
            LoadWorker.descriptorsNeeded(for: $0.timing.clients, of: $0.transport.type)
        }
        try FileDescriptorLimit.raise(toAtLeast: needed.max() ?? 0)
        let start = host.timeOfDay()
        let runID = "\(start.compactText)-\(plan.seed)"
        folder = try RunFolder(creating: settings.out, otherwise: "Results/\(plan.scenario.name)/\(runID)")
        manifest = Manifest(
            runID: runID, scenario: plan.scenario, seed: plan.seed,
            caseOrder: plan.steps.map { $0.measurement.subject.id }, commandLine: settings.commandLine,
            startedAt: start, environment: MachineFacts.all(), versions: ComponentVersions.all())
        manifest.recordings = plan.recordings?.records
        plan.faults.note(in: &manifest)
    }

    /// Runs the steps.
    ///
    /// - Parameters:
    ///   - first: The step to begin with.
    ///   - measured: Results of the steps before it.
    /// - Returns: All results, those before the first step included.
    /// - Throws: `FileFault` if results cannot be written; earlier files stay.
    package consuming func run(
        from first: Int = 0, having measured: RunResults = RunResults()
    ) async throws -> RunEnding {
        results = measured
        try await prepare()
        let steps = plan.steps
        settings.progress.began(steps: steps.count, estimate: steps.dropFirst(first).reduce(.zero) { $0 + $1.estimate })
        var wasInterrupted = Task.isCancelled
        for (index, step) in steps.enumerated().dropFirst(first) where !wasInterrupted {
            settings.progress.stepBegan(index, label: step.label, estimate: step.estimate)
            guard await run(step) else {
                wasInterrupted = true
                break
            }
            results.sort(by: plan.rowOrder)
            try folder.write(results, manifest: manifest)
            settings.progress.stepEnded(index)
            wasInterrupted = Task.isCancelled
        }
        settings.progress.ended()
        return try finish(wasInterrupted: wasInterrupted)
    }

    /// Writes to the folder first, so that a full or read-only disk fails before the measurement, not after it.
    private mutating func prepare() async throws {
        try folder.write("manifest.json", manifest.json())
        if let recordings = plan.recordings { try folder.write(copies: recordings.copies) }
        manifest.environment["calibration"] = host.calibration()
        manifest.versions.merge(await ComponentVersions.source(settings.executables)) { _, new in new }
        for box in plan.steps.flatMap({ $0.measurement.middleboxes.boxes }) where manifest.versions[box.name] == nil {
            manifest.versions[box.name] = await box.version()
        }
        if let recording = settings.recording { manifest.versions[recording.name] = await recording.version() }
    }

    /// - Returns: Whether the step ended; false if the run was interrupted in it.
    private mutating func run(_ step: RunPlan.Step) async -> Bool {
        let subject = step.measurement.subject
        let identity = RowMaker.Identity(
            runID: manifest.runID, scenario: plan.scenario.name, scenarioSHA256: plan.scenario.sha256,
            startedAt: host.timeOfDay())
        do {
            let outcome = try await measureUndisturbed(step)
            if let version = outcome.idle?.version { manifest.versions["pushlab-server"] = version }
            if let link = outcome.link {
                links.add(link)
                manifest.environment[LinkFacts.group] = links.facts
            }
            let maker = RowMaker(identity: identity, outcome: outcome)
            results.add(maker)
            complaints += Check(maker.summary, wantsEach: subject.transport.wantsEachItem).complaints
        } catch {
            if error is CancellationError || Task.isCancelled { return false }
            results.summary.append(RowMaker.failed(identity, subject, reason: "\(error)"))
            complaints.append("\(subject.name): \(error)")
        }
        return true
    }

    /// Measures again if the machine disturbed the run. Only lags and pauses decide which attempts are rejected, never
    /// a result. The manifest lists rejected attempts.
    private mutating func measureUndisturbed(_ step: RunPlan.Step) async throws -> CaseOutcome {
        let measurement =
            settings.recording.map { step.measurement.recorded(in: folder.path, by: $0) } ?? step.measurement
        for _ in 1..<step.attempts {
            let outcome = try await measurement.run()
            let disturbances = BottleneckRules.disturbances(LoadEvidence(outcome))
            if disturbances.isEmpty { return outcome }
            let sentence = "\(step.measurement.subject.name): \(disturbances.joined(separator: "; "))"
            let count = manifest.environment["rejected_attempts", default: [:]].count
            manifest.environment["rejected_attempts", default: [:]]["\(count + 1)"] = sentence
            settings.progress.attemptRejected(sentence)
        }
        return try await measurement.run()
    }

    private mutating func finish(wasInterrupted: Bool) throws -> RunEnding {
        manifest.finish(
            at: host.timeOfDay(),
            incompleteBecause: wasInterrupted
                ? "interrupted after \(results.summary.count) of \(plan.steps.count) runs" : nil)
        try folder.write(results, manifest: manifest)
        if !results.summary.isEmpty { try folder.write(try ReportFolder(directory: folder.path)) }
        return RunEnding(
            folder: folder.path, results: results, manifest: manifest, complaints: complaints,
            wasInterrupted: wasInterrupted)
    }
}

import Host
import LoadGenerator
import Report
import ResultFiles
import Scenario
import Transports

/// Runs steps one after another, and writes the results after each step.
package struct Runner: Sendable {
    /// Where a run's results go.
    enum Place {
        case new
        /// The folder of an incomplete run, which goes on.
        case existing(EarlierRun, KeptResults)
    }

    var plan: RunPlan
    let settings: RunSettings
    let host: any LabHost
    var pace = WritePace()
    let folder: RunFolder
    // Keeps another process from resuming the run at the same time.
    private let lock: FolderLock
    var manifest: Manifest
    var results: RunResults
    private let kept: Set<PlannedRun>
    /// Whether the folder is that of a run that ended with all its cases.
    private let wasComplete: Bool
    var complaints: [String]
    var links: LinkFacts

    /// Checks that processes can open enough file descriptors, and makes the folder.
    ///
    /// - Throws: `OutputFault`, `FileFault`, ``EarlierRunFault`` or `DescriptorLimitFault`.
    init(_ plan: RunPlan, settings: RunSettings, in place: Place = .new, host: any LabHost = ThisHost()) throws {
        self.plan = plan
        self.settings = settings
        self.host = host
        // Each child raises its own limit. The check here fails before the first case instead of after it.
        let needed = plan.steps.map { $0.measurement.subject }.map {
            LoadWorker.descriptorsNeeded(
                for: settings.spread.clientsPerProcess($0.allClients), of: $0.transport.type,
                sharesHandles: !$0.transport.options[Encryption.key]
                    && !$0.transport.options[HTTPVersion.key].isHTTP2)
        }
        try FileDescriptorLimit.raise(toAtLeast: needed.max() ?? 0)
        let start = host.timeOfDay()
        switch place {
        case .new:
            manifest = Self.manifest(of: plan, at: start, settings)
            folder = try RunFolder(
                creating: settings.out, otherwise: "Results/\(plan.scenario.name)/\(manifest.runID)")
            (results, kept, links, wasComplete) = (RunResults(), [], LinkFacts(), false)
        case .existing(let earlier, let kept):
            folder = RunFolder(existing: earlier.folder)
            manifest = earlier.manifest
            (results, self.kept, links) = (kept.results, kept.runs, LinkFacts(resuming: earlier.manifest))
            wasComplete = earlier.manifest.complete
            manifest.resume(at: start, keeping: kept.runs.count)
        }
        guard let lock = try FolderLock.take(folder.path) else { throw EarlierRunFault.busy(folder.path) }
        self.lock = lock
        let wantsEach = Dictionary(plan.steps.map { ($0.run, $0.measurement.subject.wantsEachItem) }) { $1 }
        complaints = results.summary.flatMap { row in
            let run = PlannedRun(row.caseID, repetition: row.repetition)
            return Check(row, wantsEach: wantsEach[run] ?? true).complaints
        }
    }

    static func manifest(of plan: RunPlan, at start: UTCInstant, _ settings: RunSettings) -> Manifest {
        var manifest = Manifest(
            runID: "\(start.compactText)-\(plan.seed)", scenario: plan.scenario, seed: plan.seed,
            caseOrder: plan.steps.map { $0.measurement.subject.id }, commandLine: settings.commandLine,
            startedAt: start, environment: MachineFacts.all(), versions: ComponentVersions.all())
        manifest.recordings = plan.recordings?.records
        manifest.peers = plan.peers
        manifest.options = plan.options
        manifest.repeatsRun = plan.repeatsRun
        plan.faults.note(in: &manifest)
        manifest.environment.merge(plan.facts) { _, new in new }
        manifest.environment.merge(settings.placeFacts) { _, new in new }
        return manifest
    }

    /// The steps that are not measured yet.
    private var remaining: [RunPlan.Step] { plan.steps.filter { !kept.contains($0.run) } }

    /// Whether there is nothing to measure.
    package var isComplete: Bool { remaining.isEmpty && manifest.resumptions != nil && !hasFurtherSteps }

    private var hasFurtherSteps: Bool {
        var source = plan.source
        return !source.next(after: results).isEmpty
    }

    /// Runs the steps. If a run that goes on is complete, its folder stays as it is, and only its conditions are
    /// judged.
    ///
    /// - Returns: All results, also those that were kept from before an interruption.
    /// - Throws: ``UnwrittenRun`` if results cannot be written; earlier files stay.
    package consuming func run() async throws -> RunEnding {
        if wasComplete, isComplete {
            settings.progress.done(folder: folder.path, isComplete: true)
            return ending(wasInterrupted: false)
        }
        do {
            return try await measureSteps()
        } catch let fault as FileFault {
            throw UnwrittenRun(
                fault, folder: folder.path, hasRows: !results.summary.isEmpty, canGoOn: plan.options != nil)
        }
    }

    private mutating func measureSteps() async throws -> RunEnding {
        try await prepare()
        let estimate = remaining.reduce(.zero) { $0 + $1.estimate }
        if let expectation = plan.expectation {
            settings.progress.began(
                steps: expectation.steps, left: expectation.steps, estimate: expectation.estimate)
        } else {
            settings.progress.began(steps: plan.steps.count, left: remaining.count, estimate: estimate)
        }
        var wasInterrupted = Task.isCancelled
        var index = 0
        while !wasInterrupted, try hasStep(index) {
            let step = plan.steps[index]
            if !kept.contains(step.run) { wasInterrupted = try await !measure(step, index) }
            index += 1
        }
        settings.progress.ended()
        return try finish(wasInterrupted: wasInterrupted)
    }

    private var predictions: [PredictionRow] {
        plan.predictions.map { row in
            var row = row
            row.runID = manifest.runID
            return row
        }
    }

    /// The tables in the folder.
    var tables: [String] {
        RunFolder.tables + (plan.predictions.isEmpty ? [] : [PredictionRow.table.fileName])
            + (results.browsers.isEmpty ? [] : [BrowserRow.table.fileName])
    }

    /// Whether there is a step with this index; adds what the source of the plan decides.
    private mutating func hasStep(_ index: Int) throws -> Bool {
        if index < plan.steps.count { return true }
        let further = plan.source.next(after: results)
        if !plan.source.rows.isEmpty { try folder.write(CapacityRow.table, of: plan.source.rows) }
        if further.isEmpty { return false }
        plan.steps += further
        let added = further.map(\.run.caseID).filter { !plan.rowOrder.contains($0) }
        plan.rowOrder = plan.source.inOrder(plan.rowOrder + added)
        manifest.caseOrder = plan.steps.map(\.run.caseID)
        if let expected = plan.expectation?.steps {
            settings.progress.continued(steps: max(expected, plan.steps.count), estimate: .zero)
        } else {
            settings.progress.continued(
                steps: plan.steps.count, estimate: further.reduce(.zero) { $0 + $1.estimate })
        }
        return true
    }

    /// Writes to the folder first, so that a full or read-only disk fails before the measurement, not after it.
    private mutating func prepare() async throws {
        for step in remaining where manifest.resumptions != nil {
            folder.removeHistogram(caseID: step.run.caseID, repetition: step.run.repetition)
        }
        try folder.write("manifest.json", manifest.json())
        if let recordings = plan.recordings { try folder.write(copies: recordings.copies) }
        if !predictions.isEmpty { try folder.write(PredictionRow.table, of: predictions) }
        if manifest.environment["calibration"] == nil { manifest.environment["calibration"] = host.calibration() }
        manifest.versions.merge(await ComponentVersions.source(settings.executables)) { _, new in new }
        for box in plan.steps.flatMap({ $0.measurement.middleboxes.boxes }) where manifest.versions[box.name] == nil {
            manifest.versions[box.name] = await box.version()
        }
        for step in plan.steps.filter({ $0.measurement.subject.scaleOut != nil }).prefix(1) {
            manifest.versions.merge(await step.measurement.server.versions()) { _, new in new }
        }
        if let recording = settings.recording { manifest.versions[recording.name] = await recording.version() }
    }

    private mutating func finish(wasInterrupted: Bool) throws -> RunEnding {
        manifest.finish(
            at: host.timeOfDay(),
            incompleteBecause: wasInterrupted
                ? "interrupted after \(results.summary.count) of \(plan.steps.count) runs" : nil)
        if wasInterrupted, plan.isSingleMeasurement, results.summary.isEmpty {
            var ending = ending(wasInterrupted: true)
            ending.folderEnd = folder.remove(tables: tables) ? .removed : .hasOtherFiles
            return ending
        }
        try folder.write(&results, manifest: manifest, tables: tables)
        plan.source.end(after: results)
        let ending = ending(wasInterrupted: wasInterrupted)
        let searched = plan.source.rows
        if !searched.isEmpty { try folder.write(CapacityRow.table, of: searched) }
        if !ending.checks.isEmpty { try folder.write(CheckRow.table, of: ending.checks) }
        if !ending.claims.isEmpty { try folder.write(ClaimRow.table, of: ending.claims) }
        if !results.summary.isEmpty {
            let report = try ReportFolder(directory: folder.path)
            try folder.write(manifest, tables: report.tableNames)
            try folder.write(report)
        }
        settings.progress.done(folder: folder.path, isComplete: manifest.complete)
        return ending
    }

    /// Judges the results.
    private func ending(wasInterrupted: Bool) -> RunEnding {
        let checks = ResultCheck.rows(
            plan.checks + settings.checks, results.summary, results.layers, runID: manifest.runID,
            scenario: plan.scenario.name)
        let claims = ClaimJudge(
            results.summary, results.layers, predictions: predictions, runID: manifest.runID,
            scenario: plan.scenario.name
        ).rows(plan.claims)
        return RunEnding(
            folder: folder.path, results: results, manifest: manifest, complaints: complaints,
            checks: checks, capacity: plan.source.capacity, claims: claims, wasInterrupted: wasInterrupted)
    }
}

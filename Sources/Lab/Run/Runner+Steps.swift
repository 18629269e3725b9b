import LoadGenerator
import ResultFiles
import Scenario
import Transports

/// One step of a run: measures it, perhaps several times, and keeps its results.
extension Runner {
    /// - Returns: False if the run was interrupted.
    mutating func measure(_ step: RunPlan.Step, _ index: Int) async throws -> Bool {
        settings.progress.stepBegan(index, label: step.label, estimate: step.estimate)
        settings.progress.caseBegan(step.run.caseID, repetition: step.run.repetition)
        guard await run(step) else { return false }
        if let row = results.summary.last { settings.progress.caseEnded(row) }
        results.sort(by: plan.rowOrder)
        let start = host.now()
        if pace.isDue(at: start) {
            try folder.write(&results, manifest: manifest, tables: tables)
            pace.wrote(from: start, to: host.now())
        }
        settings.progress.stepEnded(index)
        return !Task.isCancelled
    }

    /// - Returns: Whether the step ended; false if the run was interrupted in it.
    mutating func run(_ step: RunPlan.Step) async -> Bool {
        let subject = step.measurement.subject
        let identity = RowMaker.Identity(
            runID: manifest.runID, scenario: plan.scenario.name, scenarioSHA256: plan.scenario.sha256,
            startedAt: host.timeOfDay())
        do {
            let (outcome, attempts) = try await measureUndisturbed(step)
            noteServer(of: outcome)
            let facts = LoadProcessGroups(outcome.record).groups
            manifest.environment.merge(facts) { _, new in new }
            if let link = outcome.link {
                links.add(link)
                manifest.environment[links.group] = links.facts
            }
            if let browser = outcome.record.browser { manifest.versions[browser.kind.rawValue] = browser.version }
            var maker = RowMaker(identity: identity, outcome: outcome)
            maker.attempts = attempts
            results.add(maker)
            complaints += Check(maker.summary, wantsEach: subject.wantsEachItem).complaints
        } catch {
            if error is CancellationError || Task.isCancelled { return false }
            results.summary.append(RowMaker.failed(identity, subject, reason: "\(error)"))
            complaints.append("\(subject.name): \(error)")
        }
        return true
    }

    /// Notes in the manifest which server was measured, and how the resources of a third-party server were counted.
    private mutating func noteServer(of outcome: CaseOutcome) {
        if let peer = outcome.peer {
            manifest.versions[peer.name] = peer.version
            manifest.environment["peers", default: [:]]["peer_accounting"] = outcome.accounting
        } else if let version = outcome.idle?.version {
            // The feeder of several servers has their version: it was built with them.
            manifest.versions["pushlab-server"] = version
            if outcome.hasFeeder {
                manifest.environment[ScaleOutServer.factGroup, default: [:]]["usage"] = outcome.accounting
            }
        }
    }

    /// Measures again if the machine disturbed the run. Only lags and pauses decide which attempts are rejected; the
    /// publisher's lag is a part of each delay, so the results are under the condition that it was short. The manifest
    /// lists rejected attempts, and each row has their number.
    private mutating func measureUndisturbed(
        _ step: RunPlan.Step
    ) async throws -> (outcome: CaseOutcome, attempts: Int) {
        let measurement =
            settings.recording.map { step.measurement.recorded(in: folder.path, by: $0) } ?? step.measurement
        for attempt in 1..<step.attempts {
            let outcome = try await measurement.run()
            let disturbances = BottleneckRules.disturbances(LoadEvidence(outcome))
            if disturbances.isEmpty { return (outcome, attempt) }
            let sentence = "\(step.measurement.subject.name): \(disturbances.joined(separator: "; "))"
            let count = manifest.environment["rejected_attempts", default: [:]].count
            manifest.environment["rejected_attempts", default: [:]]["\(count + 1)"] = sentence
            settings.progress.attemptRejected(sentence)
        }
        return (try await measurement.run(), step.attempts)
    }
}

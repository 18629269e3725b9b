import Codecs
import Feed
import Host
import LoadGenerator
import Measurement
import Report
import ResultFiles
import Scenario
import Transports
import WebSocketProtocol

/// Runs a scenario: every case and repeat in fresh processes, in an order shuffled by the seed.
package struct Experiment: Sendable {
    package struct Executables: Sendable {
        let server: String
        let pushlab: String

        package init(server: String, pushlab: String) {
            self.server = server
            self.pushlab = pushlab
        }
    }

    /// How a run ended.
    package struct Ending: Sendable {
        package let folder: String
        package let results: RunResults
        let manifest: Manifest
        /// What did not hold, a sentence each; empty if everything did.
        package let complaints: [String]
        package let wasInterrupted: Bool
    }

    private struct Step {
        let experimentCase: Scenario.Case
        let repetition: Int
    }

    private let scenario: Scenario
    private let seedsMasks: Bool
    private let folder: RunFolder
    private let executables: Executables
    private let faults: DeliberateFaults
    private let progress: any RunProgress
    private var manifest: Manifest
    private let steps: [Step]
    private let recordings: KeptRecordings

    /// Checks everything that can be checked before the first process starts, and makes the folder.
    ///
    /// - Parameters:
    ///   - scenario: What to run.
    ///   - text: The scenario file's text as read, for the manifest.
    ///   - seedsMasks: Whether WebSocket keys and masks come from the seed, for a replay to the byte.
    ///   - out: The run's folder, or `nil` for `Results/<scenario>/<UTC>-<seed>`.
    ///   - commandLine: For the manifest.
    ///   - executables: The programs to start.
    ///   - faults: What is broken on purpose, to test the instrument.
    ///   - progress: Who is told how far the run is.
    /// - Throws: ``OutputFault``, ``FileFault``, ``RecordingFault``, ``NginxProgram/Missing`` or a
    ///   ``CaseFault``.
    package init(
        _ scenario: Scenario, text: String, seedsMasks: Bool = false, out: String?, commandLine: [String],
        executables: Executables,
        faults: DeliberateFaults = DeliberateFaults(), progress: any RunProgress
    ) throws {
        self.scenario = scenario
        self.seedsMasks = seedsMasks
        self.executables = executables
        self.faults = faults
        self.progress = progress
        try ScenarioRecordings.check(scenario)
        recordings = try KeptRecordings(scenario)
        try NginxProgram.check(for: scenario)
        // Checked here for the children, who raise their own: better now than after the first case.
        let needed = scenario.cases().map { LoadWorker.descriptorsNeeded(for: $0.clients, of: $0.transport.type) }
        try FileDescriptorLimit.raise(toAtLeast: needed.max() ?? 0)
        let start = WallClock.instant()
        let runID = "\(start.compactText)-\(scenario.seed)"
        folder = try RunFolder(creating: out, otherwise: "Results/\(scenario.name)/\(runID)")
        steps = Self.order(scenario)
        manifest = Manifest(
            runID: runID,
            scenario: .init(
                name: scenario.name, text: text, sha256: SHA256.hexDigest(of: text),
                question: scenario.question.isEmpty ? nil : scenario.question),
            seed: scenario.seed, caseOrder: steps.map { $0.experimentCase.id }, commandLine: commandLine,
            startedAt: start, environment: MachineFacts.all(), versions: ComponentVersions.all())
        manifest.recordings = recordings.records
        faults.note(in: &manifest)
    }

    /// - Throws: ``FileFault`` if results cannot be written; what was written before stays.
    package consuming func run() async throws -> Ending {
        var results = RunResults()
        var complaints: [String] = []
        // First of all: a disk that takes nothing shows before the work, not after it.
        try folder.write("manifest.json", manifest.json())
        try folder.write(recordings)
        await manifest.addCalibration(of: executables)
        manifest.versions.merge(await NginxProgram.versions(for: scenario)) { _, new in new }
        progress.began(steps: steps.count, estimate: steps.reduce(.zero) { $0 + estimate($1) })
        for (index, step) in steps.enumerated() where !Task.isCancelled {
            progress.stepBegan(index, label: label(step), estimate: estimate(step))
            let identity = identity(step)
            do {
                let outcome = try await measureUndisturbed(step)
                let maker = RowMaker(identity: identity, outcome: outcome)
                results.add(maker)
                manifest.add(outcome)
                complaints +=
                    Check(maker.summary, wantsEach: step.experimentCase.transport.wantsEachItem).complaints
            } catch is CancellationError {
                break
            } catch {
                if Task.isCancelled { break }
                results.summary.append(RowMaker.failed(identity, reason: "\(error)"))
                complaints.append("\(step.experimentCase.id), repeat \(step.repetition): \(error)")
            }
            results.sort(by: scenario.cases().map(\.id))
            try folder.write(results, manifest: manifest)
            progress.stepEnded(index)
        }
        let wasInterrupted = Task.isCancelled
        progress.ended()
        manifest.finish(
            at: WallClock.instant(),
            incompleteBecause: wasInterrupted
                ? "interrupted after \(results.summary.count) of \(steps.count) runs" : nil)
        try folder.write(results, manifest: manifest)
        if !results.summary.isEmpty { try folder.write(try ReportFolder(directory: folder.path)) }
        return Ending(
            folder: folder.path, results: results, manifest: manifest, complaints: complaints,
            wasInterrupted: wasInterrupted)
    }

    // MARK: One case

    /// Measures again when the machine disturbed the run. What is thrown away is chosen by lag alone, never by a
    /// result, and stands in the manifest.
    private mutating func measureUndisturbed(_ step: Step) async throws -> CaseOutcome {
        for attempt in 1...Self.maximumAttempts {
            let outcome = try await measure(step)
            let disturbances = BottleneckRules.disturbances(LoadEvidence(outcome))
            if disturbances.isEmpty || attempt == Self.maximumAttempts || !faults.isEmpty { return outcome }
            let sentence =
                "\(step.experimentCase.id), repeat \(step.repetition): \(disturbances.joined(separator: "; "))"
            let count = manifest.environment["rejected_attempts", default: [:]].count
            manifest.environment["rejected_attempts", default: [:]]["\(count + 1)"] = sentence
            progress.attemptRejected(sentence)
        }
        preconditionFailure("the last attempt is returned, whatever it is")
    }

    private static let maximumAttempts = 3

    private func measure(_ step: Step) async throws -> CaseOutcome {
        let experimentCase = step.experimentCase
        let timing = timing(experimentCase)
        let options = experimentCase.transport.options
        let server = ServerProcess(
            executable: executables.server,
            arguments: ServerArguments(
                feed: experimentCase.feed, seed: seed(step), timing: timing,
                interval: experimentCase.transport.longestPause,
                encrypts: experimentCase.transport.encrypts, publishDelay: faults.publishDelay,
                acceptsLegacyWebSocket: options.speaksWebSocketDraft
            ).list)
        let load = LoadProcess(executable: executables.pushlab)
        let seed = seed(step)
        return try await server.withServer { announcement in
            let between = NginxProcess(
                intermediary: experimentCase.transport.intermediary, clients: timing.clients,
                serverPort: announcement.port)
            return try await between.withEntrance { entrance in
                try await Measuring(
                    host: announcement.host, port: announcement.port, entrance: entrance, tls: announcement.trust,
                    transport: experimentCase.transport, timing: timing, seed: seed, seedsMasks: seedsMasks,
                    feedEnds: true, load: load,
                    faults: faults, sending: Sending(experimentCase.feed)
                ).run()
            }
        }
    }

    // Repeats differ in their seed, transports within a repeat do not: they carry the same items at the same times.
    private func seed(_ step: Step) -> UInt64 {
        scenario.seed &+ UInt64(step.repetition - 1)
    }

    private func timing(_ experimentCase: Scenario.Case) -> CaseTiming {
        CaseTiming(
            warmup: scenario.warmup, duration: scenario.duration, clients: experimentCase.clients,
            encrypts: experimentCase.transport.encrypts,
            startsProxy: experimentCase.transport.intermediary != .direct)
    }

    private func estimate(_ step: Step) -> Duration {
        let timing = timing(step.experimentCase)
        // Starting and ending processes takes about half a second.
        return timing.lead + timing.feedDuration + .milliseconds(500)
    }

    private func label(_ step: Step) -> String {
        let experimentCase = step.experimentCase
        let repeats = scenario.repeats > 1 ? ", repeat \(step.repetition) of \(scenario.repeats)" : ""
        return experimentCase.id.split(separator: "_").joined(separator: " · ") + repeats
    }

    private func identity(_ step: Step) -> RowMaker.Identity {
        let experimentCase = step.experimentCase
        return RowMaker.Identity(
            runID: manifest.runID, scenario: scenario.name, scenarioSHA256: manifest.scenario.sha256, seed: seed(step),
            caseID: experimentCase.id, repetition: step.repetition, transport: experimentCase.transport,
            encrypts: experimentCase.transport.encrypts, clients: experimentCase.clients,
            workload: experimentCase.feed.isEcho ? .echo : .push, feed: experimentCase.feed.id,
            ratePerSecond: experimentCase.feed.rate?.perSecond, payloadBytes: experimentCase.feed.payload?.bytes,
            startedAt: WallClock.instant())
    }

    // MARK: Before the first case

    private static func order(_ scenario: Scenario) -> [Step] {
        var random = SeededGenerator(seed: scenario.seed)
        return (1...scenario.repeats).flatMap { repetition in
            var cases = scenario.cases().map { Step(experimentCase: $0, repetition: repetition) }
            random.shuffle(&cases)
            return cases
        }
    }
}

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Describes a run and its machine: `manifest.json`. With the copies of its recordings it is enough to repeat the run.
package struct Manifest: Codable, Sendable, Equatable {
    package struct ScenarioRecord: Codable, Sendable, Equatable {
        package var name: String
        /// The file's text as read, before overrides.
        package var text: String
        /// SHA-256 of the text, 64 hexadecimal digits.
        package var sha256: String
        /// The question that the scenario answers, after overrides; `nil` if it has none, and in older files.
        package var question: String?

        package init(name: String, text: String, sha256: String, question: String? = nil) {
            self.name = name
            self.text = text
            self.sha256 = sha256
            self.question = question
        }
    }

    /// The version of the folder's layout; readers refuse other versions.
    static let currentSchemaVersion = 1

    var schemaVersion = Manifest.currentSchemaVersion
    package var runID: String
    package var scenario: ScenarioRecord
    package var seed: UInt64
    /// The cases in the order of execution, one entry per repeat.
    package var caseOrder: [String]
    /// The program and its arguments.
    package var commandLine: [String]
    package var startedAt: UTCInstant
    /// `nil` until the run ends.
    package var finishedAt: UTCInstant?
    /// Whether all cases ran to their end.
    package var complete: Bool
    /// Why it is not complete; `nil` if it is.
    package var incompleteReason: String?
    /// Facts about the machine by group: kernel, CPU, limits, …
    package var environment: [String: [String: String]]
    /// Versions of all components, by name.
    package var versions: [String: String]
    /// The recordings that feeds replay, in the order of the feeds; `nil` in files of earlier versions.
    package var recordings: [RecordingRecord]?
    /// The third-party servers that the scenario names, in its order; `nil` without any, and in files of earlier
    /// versions.
    package var peers: [PeerRecord]?
    /// The runs that this folder was merged from; `nil` for a single run.
    package var mergedRuns: [RunRecord]?
    /// The options of a run of a scenario; `nil` for `pushlab load`, for merged runs and in files of earlier versions.
    package var options: RunOptions?
    /// When the run went on after an interruption; `nil` if it never did.
    package var resumptions: [Resumption]?
    /// The run that this one repeats (`pushlab run --again`); `nil` if it repeats none.
    package var repeatsRun: String?

    private enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case runID = "run_id"
        case scenario, seed
        case caseOrder = "case_order"
        case commandLine = "command_line"
        case startedAt = "started_at"
        case finishedAt = "finished_at"
        case complete
        case incompleteReason = "incomplete_reason"
        case environment, versions, recordings, peers
        case mergedRuns = "merged_runs"
        case options, resumptions
        case repeatsRun = "repeats_run"
    }

    /// A run that has just begun.
    package init(
        runID: String,
        scenario: ScenarioRecord,
        seed: UInt64,
        caseOrder: [String],
        commandLine: [String],
        startedAt: UTCInstant,
        environment: [String: [String: String]] = [:],
        versions: [String: String] = [:]
    ) {
        self.runID = runID
        self.scenario = scenario
        self.seed = seed
        self.caseOrder = caseOrder
        // Folders may be published, so secrets are masked.
        self.commandLine = MaskedCommandLine.words(commandLine)
        self.startedAt = startedAt
        self.environment = environment
        self.versions = versions
        complete = false
        incompleteReason = "the run has not finished"
    }

    /// Marks the run as ended.
    ///
    /// - Parameters:
    ///   - instant: When it ended.
    ///   - reason: Why cases are missing; `nil` if all are there.
    package mutating func finish(at instant: UTCInstant, incompleteBecause reason: String? = nil) {
        finishedAt = instant
        complete = reason == nil
        incompleteReason = reason
    }

    /// The text of `manifest.json`.
    package func json() throws -> String {
        try ResultJSON.text(of: self) + "\n"
    }
}

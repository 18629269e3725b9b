extension Manifest {
    /// The options of a run of a scenario that decide what it measures. With the scenario's text they are enough to
    /// resume or repeat the run.
    package struct RunOptions: Codable, Sendable, Equatable {
        /// The scenario's file as given; relative paths in its text start at its folder.
        package var scenarioFile = ""
        /// Changes of the scenario, `path=value`, in the order in which they apply: `--set`, `--repeats`, `--seed`.
        package var overrides: [String] = []
        /// `--only`: patterns for the ids of cases; empty for all cases.
        package var only: [String] = []
        /// `--until`: conditions that end the repeats of a case; empty for a fixed number.
        package var until: [String] = []
        /// The most repeats per case; `nil` without `until`.
        package var mostRepeats: Int?
        /// `--fail-if`: conditions that must not hold.
        package var failIf: [String] = []
        /// Whether WebSocket keys and masks came from the seed.
        package var seededMasks = false
        /// Whether packets were captured.
        package var capture = false

        package init() {}

        private enum CodingKeys: String, CodingKey {
            case scenarioFile = "scenario_file"
            case overrides, only, until
            case mostRepeats = "most_repeats"
            case failIf = "fail_if"
            case seededMasks = "seeded_masks"
            case capture
        }

        /// Keys that a later version added may be missing.
        package init(from decoder: any Decoder) throws {
            let keys = try decoder.container(keyedBy: CodingKeys.self)
            func list(_ key: CodingKeys) throws -> [String] {
                try keys.decodeIfPresent([String].self, forKey: key) ?? []
            }
            scenarioFile = try keys.decode(String.self, forKey: .scenarioFile)
            (overrides, only, until, failIf) = (
                try list(.overrides), try list(.only), try list(.until), try list(.failIf)
            )
            mostRepeats = try keys.decodeIfPresent(Int.self, forKey: .mostRepeats)
            seededMasks = try keys.decodeIfPresent(Bool.self, forKey: .seededMasks) ?? false
            capture = try keys.decodeIfPresent(Bool.self, forKey: .capture) ?? false
        }
    }

    /// When an incomplete run went on.
    package struct Resumption: Codable, Sendable, Equatable {
        package var startedAt: UTCInstant
        /// Runs of cases that were valid and stayed as they were.
        package var keptRuns: Int

        package init(startedAt: UTCInstant, keptRuns: Int) {
            self.startedAt = startedAt
            self.keptRuns = keptRuns
        }

        private enum CodingKeys: String, CodingKey {
            case startedAt = "started_at"
            case keptRuns = "kept_runs"
        }
    }

    /// Marks the run as not finished, because it goes on now.
    package mutating func resume(at instant: UTCInstant, keeping runs: Int) {
        resumptions = (resumptions ?? []) + [Resumption(startedAt: instant, keptRuns: runs)]
        finishedAt = nil
        complete = false
        incompleteReason = "the run has not finished"
    }
}

import Measurement

extension Manifest {
    /// A run that was merged with others into one folder.
    package struct RunRecord: Codable, Sendable, Equatable {
        package let runID: String
        let seed: UInt64
        let commandLine: [String]
        let startedAt: UTCInstant
        let finishedAt: UTCInstant?
        let complete: Bool
        let incompleteReason: String?
        /// As in the manifest of the run; `nil` in folders that earlier versions merged.
        package let options: RunOptions?

        private enum CodingKeys: String, CodingKey {
            case runID = "run_id"
            case seed
            case commandLine = "command_line"
            case startedAt = "started_at"
            case finishedAt = "finished_at"
            case complete
            case incompleteReason = "incomplete_reason"
            case options
        }

        init(_ manifest: Manifest) {
            runID = manifest.runID
            seed = manifest.seed
            commandLine = manifest.commandLine
            startedAt = manifest.startedAt
            finishedAt = manifest.finishedAt
            complete = manifest.complete
            incompleteReason = manifest.incompleteReason
            options = manifest.options
        }
    }

    /// The group of ``environment`` that lists faults made on purpose, to test the instrument.
    package static let faultGroup = "fault made on purpose"

    /// The faults made on purpose in this run.
    package var faults: [String: String] { environment[Self.faultGroup] ?? [:] }

    /// The manifest of a folder with merged runs of one scenario.
    ///
    /// - Parameters:
    ///   - parts: The manifests of the runs, one or more, in the order of the command line.
    ///   - commandLine: The merging program and its arguments.
    package init(merging parts: [Manifest], commandLine: [String]) {
        precondition(!parts.isEmpty, "there is nothing to merge")
        let first = parts.min { $0.startedAt < $1.startedAt } ?? parts[0]
        let runs = parts.flatMap { $0.mergedRuns ?? [RunRecord($0)] }
        self.init(
            runID: "\(first.startedAt.compactText)-merged-\(runs.count)", scenario: first.scenario, seed: first.seed,
            caseOrder: parts.flatMap(\.caseOrder), commandLine: commandLine, startedAt: first.startedAt,
            environment: Self.common(parts.map(\.environment)), versions: Self.common(parts.map(\.versions)))
        mergedRuns = runs
        recordings = parts.compactMap(\.recordings).first
        let peers = parts.compactMap(\.peers).flatMap { $0 }.distinct(by: \.name)
        self.peers = peers.isEmpty ? nil : peers
        finishedAt = parts.compactMap(\.finishedAt).max()
        complete = runs.allSatisfy(\.complete)
        let reasons = runs.filter { !$0.complete }.map { run in
            "run \(run.runID): \(run.incompleteReason ?? "no reason given")"
        }
        incompleteReason = complete ? nil : reasons.joined(separator: "; ")
    }

    private static func common(_ groups: [[String: [String: String]]]) -> [String: [String: String]] {
        let names = Set(groups.flatMap(\.keys))
        return Dictionary(uniqueKeysWithValues: names.map { name in (name, common(groups.map { $0[name] ?? [:] })) })
    }

    /// The value that all parts share; if they differ, each value once.
    private static func common(_ facts: [[String: String]]) -> [String: String] {
        let names = Set(facts.flatMap(\.keys))
        return Dictionary(
            uniqueKeysWithValues: names.map { name in
                let values = facts.map { $0[name] ?? "(not known)" }
                return (name, values.distinct().joined(separator: " | "))
            })
    }
}

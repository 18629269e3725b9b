import Expressions
import ResultFiles

/// Several runs of one scenario as one run: rows keep their `run_id`, repeats are renumbered: one number
/// means one repeat of one run, in all cases.
package struct MergedRun: Sendable {
    package let summary: [SummaryRow]
    package let layers: [LayerRow]
    package let timeline: [TimelineRow]
    package let exchanges: [ExchangeRow]
    package let predictions: [PredictionRow]
    /// The conditions of all runs, judged by all repeats.
    package let checks: [CheckRow]
    /// The runs that have claims, in the order of the folders.
    package let claimed: [(directory: String, manifest: Manifest, claims: [ClaimRow])]
    /// Histogram logs under their new names.
    package let logs: [(name: String, text: String)]
    /// Packet captures: the path of each, and its new name.
    package let captures: [(path: String, name: String)]
    package let manifest: Manifest
    /// Copies of the recordings, by their names in the folder.
    package let recordings: [(name: String, bytes: [UInt8])]
    /// Differences in machines or versions, one sentence each.
    package let notes: [String]

    /// - Parameters:
    ///   - parts: The folders, at least one; repeats are numbered in this order.
    ///   - commandLine: For the manifest.
    /// - Throws: ``MergeError`` if the folders are not runs of one scenario with the same settings, or if a run occurs
    ///   twice.
    package init(_ parts: [MergePart], commandLine: [String]) throws(MergeError) {
        for (first, second) in zip(parts, parts.dropFirst()) { try Self.checkOneScenario(first, second) }
        try Self.checkSettings(parts)
        try Self.checkOnce(parts)
        let numbering = RepeatNumbering(parts.map(\.folder.summary))
        var (summary, layers, timeline) = ([SummaryRow](), [LayerRow](), [TimelineRow]())
        var exchanges: [ExchangeRow] = []
        var logs: [(name: String, text: String)] = []
        var captures: [(path: String, name: String)] = []
        for (index, part) in parts.enumerated() {
            summary += part.folder.summary.map { numbering.renumbered($0, \.repetition, of: $0.key, in: index) }
            layers += part.folder.layers.map { numbering.renumbered($0, \.repetition, of: $0.key, in: index) }
            timeline += part.folder.timeline.map { numbering.renumbered($0, \.repetition, of: $0.key, in: index) }
            exchanges += part.exchanges.map { numbering.renumbered($0, \.repetition, of: $0.key, in: index) }
            for (key, path) in part.captures {
                let repetition = numbering.repetition(of: key, in: index)
                captures.append((path, CaptureFileName.of(caseID: key.caseID, repetition: repetition)))
            }
            for (key, text) in part.logs {
                let repetition = numbering.repetition(of: key, in: index)
                logs.append((HistogramFileName.of(caseID: key.caseID, repetition: repetition), text))
            }
        }
        self.summary = numbering.sorted(summary, by: \.key)
        self.layers = numbering.sorted(layers, by: \.key)
        self.timeline = numbering.sorted(timeline, by: \.key)
        self.logs = logs.sorted { $0.name < $1.name }
        self.exchanges = numbering.sorted(exchanges, by: \.key)
        self.captures = captures.sorted { $0.name < $1.name }
        predictions = Self.predictions(parts)
        claimed = parts.filter { !$0.folder.claims.isEmpty }.map { ($0.directory, $0.manifest, $0.folder.claims) }
        recordings = parts.first { !$0.recordings.isEmpty }?.recordings ?? []
        notes = Self.notes(parts)
        manifest = Manifest(merging: parts.map(\.manifest), commandLine: commandLine)
        checks = ResultCheck.rows(
            try Self.conditions(parts), self.summary, self.layers, runID: manifest.runID,
            scenario: manifest.scenario.name)
    }

    private static func notes(_ parts: [MergePart]) -> [String] {
        let differences = zip(parts, parts.dropFirst()).flatMap { first, second in
            RunDifferences.sentences(first.manifest, second.manifest).map {
                "\(first.directory) and \(second.directory): \($0)"
            }
        }
        // Folders of earlier versions lack these files.
        let files: [(name: String, isIn: (MergePart) -> Bool)] = [
            (ExchangeRow.table.fileName, { $0.folder.hasExchanges }),
            (PredictionRow.table.fileName, { !$0.predictions.isEmpty }),
        ]
        let gaps = files.flatMap { file in
            let without = parts.filter { !file.isIn($0) }
            return without.count == parts.count
                ? [] : without.map { "\($0.directory) has no \(file.name); that of the merged folder lacks its runs" }
        }
        return differences + gaps
    }

    /// Those of each run once: shares of one run have the same.
    private static func predictions(_ parts: [MergePart]) -> [PredictionRow] {
        var seen: Set<[String]> = []
        return parts.flatMap(\.predictions).filter { seen.insert([$0.runID, $0.caseID, $0.quantity]).inserted }
    }

    /// The conditions of all runs, each once.
    private static func conditions(_ parts: [MergePart]) throws(MergeError) -> [ResultCheck] {
        var checks: [ResultCheck] = []
        for part in parts {
            for row in part.folder.checks {
                do throws(ExpressionFault) {
                    let check = ResultCheck(
                        CheckRow.Origin(rawValue: row.origin) ?? .threshold,
                        try Predicate(row.condition, columns: .results))
                    if !checks.contains(check) { checks.append(check) }
                } catch {
                    throw .unreadableCondition(
                        FolderTexts(texts: [:], directory: part.directory).path(CheckRow.table.fileName),
                        condition: row.condition, reason: "\(error)")
                }
            }
        }
        return checks
    }

    private static func checkOneScenario(_ first: MergePart, _ second: MergePart) throws(MergeError) {
        let scenarios = [first, second].map { part in
            Set(part.folder.summary.map(\.scenarioSHA256) + [part.manifest.scenario.sha256])
        }
        if scenarios[0] != scenarios[1] { throw .differentScenarios(first.directory, second.directory) }
        if !first.manifest.hasSameRecordings(as: second.manifest) {
            throw .differentRecordings(first.directory, second.directory)
        }
        if let name = first.manifest.differingPeers(from: second.manifest).first {
            throw .differentServers(first.directory, second.directory, name: name)
        }
        if first.manifest.faults != second.manifest.faults { throw .differentFaults(first.directory, second.directory) }
    }

    /// `--set` changes the settings of a case without changing the scenario text.
    private static func checkSettings(_ parts: [MergePart]) throws(MergeError) {
        var firsts: [String: (row: SummaryRow, directory: String)] = [:]
        for part in parts {
            // A failed case has no duration and no settings.
            for row in part.folder.summary where row.durationSeconds > 0 {
                guard let first = firsts[row.caseID] else {
                    firsts[row.caseID] = (row, part.directory)
                    continue
                }
                let differences = ComparedSetting.differences(first.row, row)
                guard differences.isEmpty else {
                    throw .differentSettings(
                        first.directory, part.directory, caseID: row.caseID, differences: differences)
                }
            }
        }
    }

    private static func checkOnce(_ parts: [MergePart]) throws(MergeError) {
        // An earlier merge may have renumbered the repeats, but the start time of a case stays the same.
        struct Identity: Hashable {
            let runID: String
            let caseID: String
            let startedAt: UTCInstant?
            let repetition: Int?
        }
        var seen: [Identity: String] = [:]
        for part in parts {
            for row in part.folder.summary {
                let identity = Identity(
                    runID: row.runID, caseID: row.caseID, startedAt: row.startedAt,
                    repetition: row.startedAt == nil ? row.repetition : nil)
                if let first = seen.updateValue(part.directory, forKey: identity) {
                    throw .givenTwice(run: "\(row.key)", first, part.directory)
                }
            }
        }
    }
}

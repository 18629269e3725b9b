import ResultFiles

/// Several runs of one scenario as one run: rows keep their `run_id`, repeats are renumbered without duplicates.
package struct MergedRun: Sendable {
    package let summary: [SummaryRow]
    package let layers: [LayerRow]
    package let timeline: [TimelineRow]
    package let claims: [ClaimRow]
    /// Histogram logs under their new names.
    package let logs: [(name: String, text: String)]
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
        let numbering = Numbering(parts)
        var (summary, layers, timeline) = ([SummaryRow](), [LayerRow](), [TimelineRow]())
        var logs: [(name: String, text: String)] = []
        for (index, part) in parts.enumerated() {
            summary += part.folder.summary.map { numbering.renumbered($0, \.repetition, of: $0.key, in: index) }
            layers += part.folder.layers.map { numbering.renumbered($0, \.repetition, of: $0.key, in: index) }
            timeline += part.folder.timeline.map { numbering.renumbered($0, \.repetition, of: $0.key, in: index) }
            for (key, text) in part.logs {
                let repetition = numbering.repetition(of: key, in: index)
                logs.append((HistogramFileName.of(caseID: key.caseID, repetition: repetition), text))
            }
        }
        self.summary = numbering.sorted(summary, by: \.key)
        self.layers = numbering.sorted(layers, by: \.key)
        self.timeline = numbering.sorted(timeline, by: \.key)
        self.logs = logs.sorted { $0.name < $1.name }
        claims = parts.flatMap(\.folder.claims)
        recordings = parts.first { !$0.recordings.isEmpty }?.recordings ?? []
        notes = zip(parts, parts.dropFirst()).flatMap { first, second in
            RunDifferences.sentences(first.manifest, second.manifest).map {
                "\(first.directory) and \(second.directory): \($0)"
            }
        }
        manifest = Manifest(merging: parts.map(\.manifest), commandLine: commandLine)
    }

    private static func checkOneScenario(_ first: MergePart, _ second: MergePart) throws(MergeError) {
        let scenarios = [first, second].map { part in
            Set(part.folder.summary.map(\.scenarioSHA256) + [part.manifest.scenario.sha256])
        }
        if scenarios[0] != scenarios[1] { throw .differentScenarios(first.directory, second.directory) }
        if !first.manifest.hasSameRecordings(as: second.manifest) {
            throw .differentRecordings(first.directory, second.directory)
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

/// New repeat numbers: 1, 2, 3 … for each case, in the order of the parts.
private struct Numbering {
    private struct Place: Hashable {
        let part: Int
        let key: RunKey
    }

    private var numbers: [Place: Int] = [:]
    /// The order of the cases: by their first row.
    private var ranks: [String: Int] = [:]

    init(_ parts: [MergePart]) {
        var counts: [String: Int] = [:]
        for (index, part) in parts.enumerated() {
            for row in part.folder.summary {
                counts[row.caseID, default: 0] += 1
                numbers[Place(part: index, key: row.key)] = counts[row.caseID]
                if ranks[row.caseID] == nil { ranks[row.caseID] = ranks.count }
            }
        }
    }

    func repetition(of key: RunKey, in part: Int) -> Int {
        numbers[Place(part: part, key: key)] ?? key.repetition
    }

    func renumbered<Row>(_ row: Row, _ path: WritableKeyPath<Row, Int>, of key: RunKey, in part: Int) -> Row {
        var row = row
        row[keyPath: path] = repetition(of: key, in: part)
        return row
    }

    /// Groups rows by case and sorts them by new repeat number; rows of one run keep their order.
    func sorted<Row>(_ rows: [Row], by key: (Row) -> RunKey) -> [Row] {
        let places = rows.enumerated().map { index, row in
            (ranks[key(row).caseID] ?? 0, key(row).repetition, index)
        }
        return places.sorted { $0 < $1 }.map { rows[$0.2] }
    }
}

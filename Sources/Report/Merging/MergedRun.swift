import ResultFiles

/// Runs of one scenario as one: every row kept with its `run_id`, repeats counted anew so that each is there once.
package struct MergedRun: Sendable {
    package let summary: [SummaryRow]
    package let layers: [LayerRow]
    package let timeline: [TimelineRow]
    package let claims: [ClaimRow]
    /// Histogram logs under their new names.
    package let logs: [(name: String, text: String)]
    package let manifest: Manifest
    /// Copies of the recordings, by their names inside the folder.
    package let recordings: [(name: String, bytes: [UInt8])]
    /// What a reader must know: that machines or versions differ, a sentence each.
    package let notes: [String]

    /// - Parameters:
    ///   - parts: The folders, one or more; repeats are numbered in their order.
    ///   - commandLine: For the manifest.
    /// - Throws: ``MergeError`` if the folders are not runs of one scenario under the same settings, or one run is
    ///   there twice.
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

    /// `--set` changes what a case is without changing the scenario's text.
    private static func checkSettings(_ parts: [MergePart]) throws(MergeError) {
        var firsts: [String: (row: SummaryRow, directory: String)] = [:]
        for part in parts {
            // A case that failed has no duration and says nothing of its settings.
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
        // Numbers of repeats may have changed in an earlier merge; the instant a case began has not.
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

/// New numbers for the repeats: of each case 1, 2, 3 … in the order of the parts.
private struct Numbering {
    private struct Place: Hashable {
        let part: Int
        let key: RunKey
    }

    private var numbers: [Place: Int] = [:]
    /// Cases in the order they are first seen.
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

    /// Cases together, repeats in their new order; rows of one run stay as they were.
    func sorted<Row>(_ rows: [Row], by key: (Row) -> RunKey) -> [Row] {
        let places = rows.enumerated().map { index, row in
            (ranks[key(row).caseID] ?? 0, key(row).repetition, index)
        }
        return places.sorted { $0 < $1 }.map { rows[$0.2] }
    }
}

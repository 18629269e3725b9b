import Host
import Measurement
import ResultFiles

/// Identifies one run of one case within a folder.
struct RunKey: Hashable, CustomStringConvertible {
    let runID: String
    let caseID: String
    let repetition: Int

    var description: String { "run \(runID), case \(caseID), repeat \(repetition)" }
}

/// A run folder to be merged, read completely and checked for consistency.
package struct MergePart: Sendable {
    let directory: String
    let folder: ReportFolder
    let manifest: Manifest
    /// Texts of the histogram logs, by run.
    let logs: [RunKey: String]
    /// The copies of recordings that exist in the folder, by name.
    let recordings: [(name: String, bytes: [UInt8])]
    let exchanges: [ExchangeRow]
    let predictions: [PredictionRow]
    /// Paths of the packet captures, by run.
    let captures: [RunKey: String]

    /// Reads a run folder.
    ///
    /// - Parameters:
    ///   - directory: The folder's path.
    ///   - allowsIncomplete: Whether to accept a run that stopped early.
    /// - Throws: ``MergeError`` if a file is missing, invalid or inconsistent with the others.
    package init(directory: String, allowsIncomplete: Bool) throws(MergeError) {
        var cuts: [String] = []
        do throws(ReportError) {
            folder = try ReportFolder(directory: directory)
            let further = FolderTexts(
                texts: try FolderTexts.read(
                    directory, needed: [], optional: [ExchangeRow.table.fileName, PredictionRow.table.fileName]),
                directory: directory)
            exchanges = try further.rowsIfAny(ExchangeRow.table, &cuts)
            predictions = try further.rowsIfAny(PredictionRow.table, &cuts)
        } catch {
            throw .unreadable(error)
        }
        self.directory = directory
        let manifestPath = FolderTexts(texts: [:], directory: directory).path("manifest.json")
        guard let manifest = folder.manifest else { throw .noManifest(manifestPath) }
        if !manifest.complete, !allowsIncomplete {
            throw .incomplete(manifest: manifestPath, reason: manifest.incompleteReason ?? "no reason given")
        }
        self.manifest = manifest
        guard folder.capacity.isEmpty else {
            throw .search(FolderTexts(texts: [:], directory: directory).path(CapacityRow.table.fileName))
        }
        logs = try Self.readLogs(folder.summary, in: directory)
        captures = Self.findCaptures(folder.summary, in: directory)
        recordings = manifest.recordingFiles.compactMap { name in
            // The manifest is untrusted: a name must not leave the folder.
            guard !name.split(separator: "/").contains(".."),
                let bytes = try? TextFile.readBytes(FolderTexts(texts: [:], directory: directory).path(name))
            else { return nil }
            return (name, bytes)
        }
        try checkRuns(folder.layers.map(\.key), in: LayerRow.table.fileName)
        try checkRuns(folder.timeline.map(\.key), in: TimelineRow.table.fileName)
        // Messages of echoes are not counted there.
        try checkKnown(exchanges.map(\.key), in: ExchangeRow.table.fileName)
        let gaps = ([folder.incomplete.text].compactMap { $0 } + cuts).distinct()
        if !allowsIncomplete, !gaps.isEmpty {
            throw .incomplete(manifest: manifestPath, reason: gaps.joined(separator: "; "))
        }
    }

    /// Each run that delivered items needs rows in the file, and the file must have no rows of an unknown run.
    private func checkRuns(_ keys: [RunKey], in name: String) throws(MergeError) {
        let file = FolderTexts(texts: [:], directory: directory).path(name)
        let found = Set(keys)
        let measured = folder.summary.filter { ($0.delivered ?? 0) > 0 }.map(\.key)
        if let lost = measured.first(where: { !found.contains($0) }) {
            throw .missingRun(file: file, run: "\(lost)")
        }
        try checkKnown(keys, in: name)
    }

    private func checkKnown(_ keys: [RunKey], in name: String) throws(MergeError) {
        let file = FolderTexts(texts: [:], directory: directory).path(name)
        let known = Set(folder.summary.map(\.key))
        if let unknown = keys.first(where: { !known.contains($0) }) {
            throw .unknownRun(file: file, run: "\(unknown)")
        }
    }

    private static func findCaptures(_ rows: [SummaryRow], in directory: String) -> [RunKey: String] {
        var captures: [RunKey: String] = [:]
        for row in rows {
            let name = CaptureFileName.of(caseID: row.caseID, repetition: row.repetition)
            let path = FolderTexts(texts: [:], directory: directory).path(name)
            // The case ID is untrusted: the name must not leave the folder.
            if !name.contains("/"), PathKind(path) == .file { captures[row.key] = path }
        }
        return captures
    }

    private static func readLogs(_ rows: [SummaryRow], in directory: String) throws(MergeError) -> [RunKey: String] {
        var logs: [RunKey: String] = [:]
        for row in rows {
            guard let text = try readLog(row, in: directory) else { continue }
            logs[row.key] = text
        }
        return logs
    }

    /// - Returns: `nil` for a run without delays that has no log.
    private static func readLog(_ row: SummaryRow, in directory: String) throws(MergeError) -> String? {
        let name = HistogramFileName.of(caseID: row.caseID, repetition: row.repetition)
        let path = FolderTexts(texts: [:], directory: directory).path(name)
        // The case ID is untrusted: the name must not leave the folder.
        guard !name.contains("/"), let text = TextFile.read(path) else {
            if (row.latencySamples ?? 0) == 0 { return nil }
            throw .missingRun(file: path, run: "\(row.key)")
        }
        let log: HistogramLog
        do throws(HistogramLogError) {
            log = try HistogramLog(parsing: text)
        } catch {
            throw .unreadableLog(path, error)
        }
        let count = log.intervals.reduce(0) { $0 + Int(clamping: $1.histogram.count) }
        if let expected = row.latencySamples, expected != count {
            throw .sampleCountMismatch(log: path, samples: count, expected: expected)
        }
        return text
    }
}

extension SummaryRow {
    var key: RunKey { RunKey(runID: runID, caseID: caseID, repetition: repetition) }
}

extension LayerRow {
    var key: RunKey { RunKey(runID: runID, caseID: caseID, repetition: repetition) }
}

extension ExchangeRow {
    var key: RunKey { RunKey(runID: runID, caseID: caseID, repetition: repetition) }
}

extension TimelineRow {
    var key: RunKey { RunKey(runID: runID, caseID: caseID, repetition: repetition) }
}

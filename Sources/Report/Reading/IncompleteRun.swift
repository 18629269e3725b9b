import Host
import ResultFiles

/// What a folder lacks of its run: the run may go on, or may have stopped early, or a file may have been cut.
package struct IncompleteRun: Sendable, Equatable {
    /// Why the manifest and the rows together are no complete run; `nil` if they are, or without a manifest.
    private let reason: String?
    /// The files that end early, a part of a sentence each.
    private let cuts: [String]
    /// Whether `--resume` measures what is missing.
    private let canGoOn: Bool

    /// - Parameters:
    ///   - manifest: `nil` without one.
    ///   - rows: Number of rows of `summary.csv`; `nil` if it is not known.
    ///   - cuts: The files that end early, a part of a sentence each.
    init(_ manifest: Manifest?, rows: Int?, cuts: [String] = []) {
        self.cuts = cuts
        reason = manifest.flatMap { Self.reason($0, rows: rows) }
        canGoOn = manifest.map { !$0.complete && $0.options != nil && $0.mergedRuns == nil } ?? false
    }

    private static func reason(_ manifest: Manifest, rows: Int?) -> String? {
        let planned = manifest.caseOrder.count
        let rows = rows ?? planned
        if manifest.complete {
            return rows < planned ? "summary.csv has \(rows) of the \(planned) runs that manifest.json lists" : nil
        }
        let reason = manifest.incompleteReason ?? "no reason given"
        // A run that stopped says how far it came.
        let isOpen = manifest.finishedAt == nil && planned > 0
        return isOpen ? "\(reason), and \(rows) of \(planned) runs are in its files" : reason
    }

    /// What is missing; `nil` if nothing is.
    var text: String? {
        let parts = [reason].compactMap { $0 } + cuts
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    /// What is missing, and what to do.
    ///
    /// - Parameters:
    ///   - folder: The folder's path.
    ///   - isInUse: Whether a program writes to it.
    /// - Returns: One sentence; `nil` if nothing is missing.
    package func sentence(on folder: String, isInUse: Bool) -> String? {
        guard let text else { return nil }
        let advice =
            if isInUse {
                "; pushlab is still writing to it: wait until the run has ended"
            } else {
                canGoOn ? "; to go on: pushlab run --resume \(folder)" : ""
            }
        return "\(folder) is incomplete: \(text)\(advice)"
    }

    /// The same for a folder that is read for nothing else.
    ///
    /// - Parameter folder: The folder of a run.
    /// - Returns: `nil` also if its manifest is missing or cannot be read.
    package static func sentence(on folder: String) -> String? {
        let files = FolderTexts(
            texts: (try? FolderTexts.read(folder, needed: [], optional: [summary, FolderTexts.manifestName])) ?? [:],
            directory: folder)
        var cuts: [String] = []
        let manifest = try? files.manifest(&cuts)
        let rows = try? files.rowsIfAny(SummaryRow.table, &cuts)
        return IncompleteRun(manifest, rows: rows?.count, cuts: cuts)
            .sentence(on: folder, isInUse: FolderLock.isTaken(folder))
    }

    private static let summary = SummaryRow.table.fileName
}

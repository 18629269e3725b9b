import Report
import ResultFiles

extension RunFolder {
    /// Writes merged runs into a new folder, tables and plots included.
    ///
    /// - Throws: ``OutputFault`` if the folder cannot be made there, `FileFault` if a file cannot be written.
    package static func write(_ run: MergedRun, creating path: String) throws {
        let folder = try RunFolder(creating: path)
        try folder.write(SummaryRow.table, of: run.summary)
        try folder.write(LayerRow.table, of: run.layers)
        try folder.write(TimelineRow.table, of: run.timeline)
        if !run.claims.isEmpty { try folder.write(ClaimRow.table, of: run.claims) }
        for log in run.logs { try folder.write(log.name, log.text) }
        try folder.write(copies: run.recordings)
        try folder.write(run.manifest, tables: ReportFolder.needed)
        let report = try ReportFolder(directory: path)
        try folder.write(run.manifest, tables: report.tableNames)
        try folder.write(report)
    }
}

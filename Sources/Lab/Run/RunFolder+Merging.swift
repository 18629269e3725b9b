import Report
import ResultFiles

extension RunFolder {
    /// Writes merged runs into a new folder, tables and plots included.
    ///
    /// - Throws: ``OutputFault`` if the folder cannot be made there, `FileFault` if a file cannot be written.
    package static func write(_ run: MergedRun, creating path: String) throws {
        let folder = try RunFolder(creating: path)
        var tables = ReportFolder.needed
        try folder.write(SummaryRow.table, of: run.summary)
        try folder.write(LayerRow.table, of: run.layers)
        try folder.write(TimelineRow.table, of: run.timeline)
        if !run.claims.isEmpty {
            tables.append(ClaimRow.table.fileName)
            try folder.write(ClaimRow.table, of: run.claims)
        }
        for log in run.logs { try folder.write(log.name, log.text) }
        try folder.write(copies: run.recordings)
        try folder.write(run.manifest, tables: tables)
        try folder.write(try ReportFolder(directory: path))
    }
}

import Host
import Report
import ResultFiles

extension RunFolder {
    /// Writes merged runs into a new folder, tables and plots included.
    ///
    /// The report is made from the merged tables, as that of a run. Conditions and claims are judged again.
    ///
    /// - Throws: `MergeError` if the claims cannot be judged, ``OutputFault`` if the folder cannot be made there,
    ///   `FileFault` if a file cannot be read or written.
    package static func write(_ run: MergedRun, creating path: String) throws {
        let claims = try run.claims()
        let folder = try RunFolder(creating: path)
        try folder.write(SummaryRow.table, of: run.summary)
        try folder.write(LayerRow.table, of: run.layers)
        try folder.write(TimelineRow.table, of: run.timeline)
        if !run.exchanges.isEmpty { try folder.write(ExchangeRow.table, of: run.exchanges) }
        if !run.predictions.isEmpty { try folder.write(PredictionRow.table, of: run.predictions) }
        if !run.checks.isEmpty { try folder.write(CheckRow.table, of: run.checks) }
        if !claims.isEmpty { try folder.write(ClaimRow.table, of: claims) }
        for log in run.logs { try folder.write(log.name, log.text) }
        for capture in run.captures {
            try AtomicFile.copy(capture.path, from: 0, after: [], to: "\(path)/\(capture.name)")
        }
        try folder.write(copies: run.recordings)
        try folder.write(run.manifest, tables: ReportFolder.needed)
        let report = try ReportFolder(directory: path)
        try folder.write(run.manifest, tables: report.tableNames)
        try folder.write(report)
    }
}

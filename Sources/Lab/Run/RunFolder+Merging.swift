import Host
import Report
import ResultFiles

extension RunFolder {
    /// Writes merged runs into a new folder, tables and plots included.
    ///
    /// - Throws: ``OutputFault`` if the folder cannot be made there, `FileFault` if a file cannot be written.
    package static func write(_ run: MergedRun, creating path: String) throws {
        let folder = try RunFolder(creating: path)
        var names = ["summary.csv", "layers.csv", "timeline.csv"]
        try folder.write("summary.csv", SummaryRow.table.text(of: run.summary))
        try folder.write("layers.csv", LayerRow.table.text(of: run.layers))
        try folder.write("timeline.csv", TimelineRow.table.text(of: run.timeline))
        if !run.claims.isEmpty {
            names.append("claims.csv")
            try folder.write("claims.csv", ClaimRow.table.text(of: run.claims))
        }
        for log in run.logs { try folder.write(log.name, log.text) }
        let manifest = run.manifest
        if !run.recordings.isEmpty { try AtomicFile.makeFolders("\(path)/\(KeptRecordings.folder)") }
        for copy in run.recordings { try AtomicFile.write(copy.bytes, to: "\(path)/\(copy.name)") }
        try folder.write("datapackage.json", DataPackage(manifest, fileNames: names).json())
        try folder.write("manifest.json", manifest.json())
        try folder.write(try ReportFolder(directory: path))
    }
}

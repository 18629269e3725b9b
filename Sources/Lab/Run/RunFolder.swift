import Host
import LoadGenerator
import Measurement
import Report
import ResultFiles
import Scenario

/// The folder with the results of a run. It is rewritten after each case (see ``WritePace``), each file atomically, so
/// finished cases are kept whatever happens next.
package struct RunFolder: Sendable {
    let path: String

    /// An existing folder, to rebuild its reports.
    package init(existing path: String) {
        self.path = path
    }

    /// Makes the folder.
    ///
    /// - Parameters:
    ///   - out: The path from the command line; its parent folder must exist.
    ///   - place: The path if `out` is `nil`; missing parent folders are made.
    /// - Throws: ``OutputFault`` if the path cannot be used, ``FileFault`` if making the folder fails.
    init(creating out: String?, otherwise place: @autoclosure () -> String = "") throws {
        if let out {
            try OutputPath.checkIsNew(out)
            try AtomicFile.makeFolder(out)
            path = out
        } else {
            path = place()
            if AtomicFile.exists(path) { throw OutputFault.exists(path) }
            try AtomicFile.makeFolders(path)
        }
    }

    /// The tables with results that every run writes.
    static let tables = ReportFolder.needed + [ExchangeRow.table.fileName]

    /// Writes the tables, and the histograms that are not written yet, so that a histogram exists only if its run is in
    /// every table.
    func write(_ results: inout RunResults, manifest: Manifest, tables: [String] = Self.tables) throws {
        try write(SummaryRow.table, of: results.summary)
        try write(LayerRow.table, of: results.layers)
        try write(TimelineRow.table, of: results.timeline)
        try write(ExchangeRow.table, of: results.exchanges)
        if !results.browsers.isEmpty { try write(BrowserRow.table, of: results.browsers) }
        for log in results.takeUnwrittenLogs() {
            let name = HistogramFileName.of(caseID: log.caseID, repetition: log.repetition)
            try write(name, HistogramLog(startTime: log.startedAt, intervals: [log.interval]).text)
        }
        try write(manifest, tables: tables)
    }

    /// Removes the histogram of a run that is measured again.
    func removeHistogram(caseID: String, repetition: Int) {
        AtomicFile.remove("\(path)/\(HistogramFileName.of(caseID: caseID, repetition: repetition))")
    }

    /// Removes the files of a run without results, then the folder if nothing else is in it.
    ///
    /// - Returns: Whether the folder is gone.
    func remove(tables: [String]) -> Bool {
        for name in tables + Self.descriptions { AtomicFile.remove("\(path)/\(name)") }
        return AtomicFile.removeFolder(path)
    }

    private static let descriptions = ["datapackage.json", "manifest.json"]

    func write<Row>(_ table: CSVTable<Row>, of rows: [Row]) throws {
        try write(table.fileName, table.text(of: rows))
    }

    /// Writes the run's description, and that of its tables.
    func write(_ manifest: Manifest, tables: [String]) throws {
        try write("datapackage.json", DataPackage(manifest, fileNames: tables).json())
        try write("manifest.json", manifest.json())
    }

    /// Writes copies of the recordings that the run replays.
    func write(copies: [(name: String, bytes: [UInt8])]) throws {
        if copies.isEmpty { return }
        try AtomicFile.makeFolders("\(path)/\(KeptRecordings.folder)")
        for copy in copies { try AtomicFile.write(copy.bytes, to: "\(path)/\(copy.name)") }
    }

    /// Writes tables and plots. They depend only on the CSV files of the folder, so writing them again gives the same
    /// bytes.
    package func write(_ report: ReportFolder) throws {
        try AtomicFile.makeFolders("\(path)/plots")
        for file in report.files() { try write(file.name, file.contents) }
    }

    /// Reads the folder and writes its report: again if a run changed its tables meanwhile, so that the report is never
    /// older than the tables of a run that has ended.
    package func rebuildReport() throws -> ReportFolder {
        var report = try ReportFolder(directory: path)
        try write(report)
        for _ in 1..<Self.mostRebuilds where report.isOutdated {
            report = try ReportFolder(directory: path)
            try write(report)
        }
        return report
    }

    // A run writes its tables more seldom than a report takes, and the last ones stay.
    private static let mostRebuilds = 10

    func write(_ name: String, _ contents: String) throws {
        try AtomicFile.write(contents, to: "\(path)/\(name)")
    }
}

/// The results of a run so far.
package struct RunResults: Sendable {
    /// One run's latencies, for an `.hlog` file.
    struct Log: Sendable {
        let caseID: String
        let repetition: Int
        /// Since 1970-01-01T00:00:00Z.
        let startedAt: Duration
        let interval: HistogramLog.Interval
    }

    /// One row per run of a case, in the order of the scenario once the run has ended.
    package internal(set) var summary: [SummaryRow] = []
    var layers: [LayerRow] = []
    var timeline: [TimelineRow] = []
    var exchanges: [ExchangeRow] = []
    var browsers: [BrowserRow] = []
    private(set) var logs: [Log] = []
    // The others are in the folder.
    private var unwrittenLogs = 0

    init() {}

    /// Adds the histogram of an earlier run, which is in the folder already.
    mutating func keep(_ log: Log) {
        precondition(unwrittenLogs == 0, "histograms of earlier runs come first")
        logs.append(log)
    }

    mutating func takeUnwrittenLogs() -> ArraySlice<Log> {
        defer { unwrittenLogs = 0 }
        return logs.suffix(unwrittenLogs)
    }

    /// Latencies per case over all repeats: merged histograms, not averaged percentiles.
    package var mergedLatencies: [String: LatencyHistogram] {
        Dictionary(logs.map { ($0.caseID, $0.interval.histogram) }) { first, second in
            var merged = first
            merged.merge(second)
            return merged
        }
    }

    mutating func add(_ maker: RowMaker) {
        summary.append(maker.summary)
        layers += maker.layers
        timeline += maker.timeline
        exchanges += maker.exchanges
        if let browser = maker.browser { browsers.append(browser) }
        let (identity, subject) = (maker.identity, maker.subject)
        unwrittenLogs += 1
        logs.append(
            Log(
                caseID: subject.id, repetition: subject.repetition,
                startedAt: .milliseconds(identity.startedAt.millisecondsSince1970),
                interval: HistogramLog.Interval(
                    tag: subject.transport.id, start: .zero, length: subject.timing.duration,
                    histogram: maker.outcome.record.latency)))
    }

    /// Sorts rows by the scenario's order. The order of execution is shuffled; the manifest records it.
    mutating func sort(by order: [String]) {
        let place = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
        func key(_ caseID: String, _ repetition: Int) -> (Int, Int) { (place[caseID] ?? order.count, repetition) }
        summary = summary.stablySorted { key($0.caseID, $0.repetition) }
        layers = layers.stablySorted { key($0.caseID, $0.repetition) }
        timeline = timeline.stablySorted { key($0.caseID, $0.repetition) }
        exchanges = exchanges.stablySorted { key($0.caseID, $0.repetition) }
        browsers = browsers.stablySorted { key($0.caseID, $0.repetition) }
    }
}

extension Array {
    fileprivate func stablySorted(by key: (Element) -> (Int, Int)) -> [Element] {
        enumerated().map { (key($1), $0, $1) }
            .sorted { ($0.0.0, $0.0.1, $0.1) < ($1.0.0, $1.0.1, $1.1) }
            .map { $0.2 }
    }
}

import Host
import Measurement
import ResultFiles

/// The contents of a run folder: rows of the CSV files and the manifest, if there is one.
///
/// Always read from the files, never from rows in memory, which have more decimals. So a run and a later
/// `pushlab report` write the same bytes.
package struct ReportFolder: Sendable {
    let summary: [SummaryRow]
    let layers: [LayerRow]
    let timeline: [TimelineRow]
    /// Empty without `claims.csv`.
    let claims: [ClaimRow]
    /// Conditions on the results; empty without `checks.csv`.
    package let checks: [CheckRow]
    /// The measurements of a search for the capacity; empty without `capacity.csv`.
    let capacity: [CapacityRow]
    /// Empty without `predictions.csv`.
    let predictions: Predictions
    /// Whether there is an `exchanges.csv`; the report does not use its rows.
    let hasExchanges: Bool
    /// Whether there is a `browser.csv`; the report does not use its rows.
    let hasBrowsers: Bool
    package let manifest: Manifest?
    /// The folder's path; empty if the files came as texts.
    let directory: String
    /// What the folder lacks of its run.
    package let incomplete: IncompleteRun
    // By file name, of this process.
    private let fingerprint: [String: Int]
    /// The tables of every run that this folder lacks; what they would show is left out of the report.
    let missing: [String]
    /// The cases of this run, in groups that can be compared; every part of the report needs them.
    let conditions: [Condition]
    /// The axes of this run, each with its cases.
    let sweeps: [Sweep]
    /// The pairs of cases of this run, compared; the report needs them in several places.
    private(set) var comparisons: [ComparisonRow] = []
    /// Delays by percentile, by `case_id`; empty unless the histograms were read.
    var curves: [String: LatencyCurve] = [:]

    /// The file of the report as Markdown.
    package static let page = "report.md"
    /// The tables that every run has.
    package static let needed = [SummaryRow.table.fileName, LayerRow.table.fileName, TimelineRow.table.fileName]
    static let optional = [
        LayerRow.table.fileName, TimelineRow.table.fileName, ClaimRow.table.fileName, CheckRow.table.fileName,
        PredictionRow.table.fileName, ExchangeRow.table.fileName, BrowserRow.table.fileName,
        CapacityRow.table.fileName, "manifest.json",
    ]

    /// Reads a run folder.
    ///
    /// - Parameter directory: The folder's path.
    /// - Throws: ``ReportError`` if a file is missing or invalid.
    package init(directory: String) throws(ReportError) {
        try self.init(
            texts: FolderTexts.read(directory, needed: [SummaryRow.table.fileName], optional: Self.optional),
            in: directory)
    }

    /// Parses the files of a run folder.
    ///
    /// - Parameters:
    ///   - texts: By file name; unknown names are ignored.
    ///   - directory: For error messages; may be empty.
    /// - Throws: ``ReportError`` if a file is missing or invalid.
    init(texts: [String: String], in directory: String = "") throws(ReportError) {
        let folder = FolderTexts(texts: texts, directory: directory)
        var cuts: [String] = []
        summary = try folder.rows(SummaryRow.table, &cuts)
        layers = try folder.rowsIfAny(LayerRow.table, &cuts)
        timeline = try folder.rowsIfAny(TimelineRow.table, &cuts)
        claims = try folder.rowsIfAny(ClaimRow.table, &cuts)
        checks = try folder.rowsIfAny(CheckRow.table, &cuts)
        capacity = try folder.rowsIfAny(CapacityRow.table, &cuts)
        predictions = Predictions(try folder.rowsIfAny(PredictionRow.table, &cuts))
        hasExchanges = folder.has(ExchangeRow.table.fileName)
        hasBrowsers = folder.has(BrowserRow.table.fileName)
        manifest = try folder.manifest(&cuts)
        self.directory = directory
        fingerprint = texts.mapValues(\.hashValue)
        missing = Self.needed.filter { !folder.has($0) }
        if manifest != nil {
            let measured = summary.filter { ($0.delivered ?? 0) > 0 }.map(\.key)
            cuts += folder.gap(LayerRow.table, layers.map(\.key), of: measured)
            cuts += folder.gap(TimelineRow.table, timeline.map(\.key), of: measured)
        }
        incomplete = IncompleteRun(manifest, rows: summary.count, cuts: cuts)
        conditions = Condition.all(in: summary)
        sweeps = Sweep.all(in: conditions.flatMap(\.cases))
        if summary.isEmpty {
            if let reason = incomplete.text { throw .noResults(directory.isEmpty ? "the folder" : directory, reason) }
            throw .noRows(folder.path(SummaryRow.table.fileName))
        }
        comparisons = CaseComparisons.rows(self)
    }

    /// Whether another program has changed a table since this was read.
    package var isOutdated: Bool {
        let texts = try? FolderTexts.read(directory, needed: [], optional: [SummaryRow.table.fileName] + Self.optional)
        return texts?.mapValues(\.hashValue) != fingerprint
    }

    /// The scenario's name.
    var scenario: String { summary.first?.scenario ?? "" }

    /// The scenario's question, if it has one.
    package var question: String? { manifest?.scenario.question }
}

extension ReportFolder {
    /// The files of the report. The same CSV files always give the same bytes.
    ///
    /// - Returns: Paths inside the folder, some in `plots/`, with their contents.
    package func files() -> [(name: String, contents: String)] {
        let folder = withCurves()
        let plots = Plots.all(folder)
        let drawings = plots.flatMap { [($0.fileName, $0.svg), ($0.dataFileName, $0.data.text)] }
        return [
            (Self.page, MarkdownReport.text(folder, plots)), ("report.html", HTMLReport.text(folder, plots)),
        ] + drawings + (plots.isEmpty ? [] : [(GnuplotScript.fileName, GnuplotScript.text(plots))]) + derivedTables()
    }

    /// Files for programs and papers.
    private func derivedTables() -> [(name: String, contents: String)] {
        let aggregates = Aggregates.rows(self)
        var files = [(ResultSummary.fileName, ResultSummary.json(self, aggregates, comparisons).text() + "\n")]
        if !aggregates.isEmpty {
            files.append((AggregateRow.table.fileName, AggregateRow.table.text(of: aggregates)))
            files.append(("aggregates.tex", LatexTable.text(self)))
        }
        if !comparisons.isEmpty {
            files.append((ComparisonRow.table.fileName, ComparisonRow.table.text(of: comparisons)))
        }
        return files
    }

    /// The CSV files of the folder, those of the report included.
    package var tableNames: [String] {
        let present = [
            (ExchangeRow.table.fileName, hasExchanges), (BrowserRow.table.fileName, hasBrowsers),
            (PredictionRow.table.fileName, !predictions.isEmpty),
            (ClaimRow.table.fileName, !claims.isEmpty), (CheckRow.table.fileName, !checks.isEmpty),
            (CapacityRow.table.fileName, !capacity.isEmpty),
            (ComparisonRow.table.fileName, !comparisons.isEmpty),
            (AggregateRow.table.fileName, Aggregates.exist(in: self)),
        ]
        return Self.needed.filter { !missing.contains($0) } + present.filter(\.1).map(\.0)
    }
}

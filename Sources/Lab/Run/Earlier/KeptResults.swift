import Host
import Measurement
import Report
import ResultFiles
import Scenario

/// The results of an incomplete run that need not be measured again.
struct KeptResults: Sendable {
    let results: RunResults
    /// The runs that they are of.
    let runs: Set<PlannedRun>

    static let none = KeptResults(results: RunResults(), runs: [])

    private init(results: RunResults, runs: Set<PlannedRun>) {
        (self.results, self.runs) = (results, runs)
    }

    /// Keeps every valid row that has all its files. A histogram is written after the tables of its run, so a run with
    /// a histogram is in all of them.
    ///
    /// - Parameters:
    ///   - summary: The rows of `summary.csv`.
    ///   - layers: The rows of `layers.csv`.
    ///   - timeline: The rows of `timeline.csv`.
    ///   - exchanges: The rows of `exchanges.csv`.
    ///   - order: The runs to keep; all other rows are dropped.
    ///   - log: Reads the histogram of a run; `nil` without one.
    init(
        _ summary: [SummaryRow], _ layers: [LayerRow], _ timeline: [TimelineRow],
        _ exchanges: [ExchangeRow] = [], of order: RunOrder,
        log: (PlannedRun) -> RunResults.Log?
    ) {
        let planned = Set(order.runs)
        var kept = RunResults()
        var runs: Set<PlannedRun> = []
        for row in summary where row.valid == true {
            let run = PlannedRun(row.caseID, repetition: row.repetition)
            guard planned.contains(run), !runs.contains(run), let log = log(run) else { continue }
            runs.insert(run)
            kept.summary.append(row)
            kept.keep(log)
        }
        kept.layers = layers.filter { runs.contains(PlannedRun($0.caseID, repetition: $0.repetition)) }
        kept.timeline = timeline.filter { runs.contains(PlannedRun($0.caseID, repetition: $0.repetition)) }
        kept.exchanges = exchanges.filter { runs.contains(PlannedRun($0.caseID, repetition: $0.repetition)) }
        self.init(results: kept, runs: runs)
    }
}

extension EarlierRun {
    /// Reads what is valid.
    ///
    /// - Throws: ``EarlierRunFault/tables`` if a table exists and cannot be read.
    func keptResults() throws(EarlierRunFault) -> KeptResults {
        KeptResults(
            try rows(SummaryRow.table), try rows(LayerRow.table), try rows(TimelineRow.table),
            try rows(ExchangeRow.table), of: order,
            log: { log(of: $0) })
    }

    /// How many runs of cases are left.
    package var rest: String {
        get throws(EarlierRunFault) {
            let kept = try keptResults().runs.count
            return "\(order.runs.count - kept) of \(order.runs.count) runs are left; \(kept) are valid and stay"
        }
    }

    private func rows<Row: CSVRow>(_ table: CSVTable<Row>) throws(EarlierRunFault) -> [Row] {
        let path = "\(folder)/\(table.fileName)"
        do {
            return try table.rows(from: TextFile.readBytes(path), file: path)
        } catch let fault as FileFault where fault.isMissing {
            return []
        } catch {
            throw .tables("\(error)")
        }
    }

    private func log(of run: PlannedRun) -> RunResults.Log? {
        let name = HistogramFileName.of(caseID: run.caseID, repetition: run.repetition)
        guard !name.contains("/"), let text = TextFile.read("\(folder)/\(name)"),
            let log = try? HistogramLog(parsing: text), let interval = log.intervals.first
        else { return nil }
        return RunResults.Log(
            caseID: run.caseID, repetition: run.repetition, startedAt: log.startTime, interval: interval)
    }
}

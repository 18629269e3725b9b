import Host
import Measurement
import ResultFiles

extension ReportFolder {
    /// Merges the delay histograms of all repeats of a case, by `case_id`. Percentiles are never averaged.
    ///
    /// Skips a case if a histogram is missing, unreadable or has another number of delays than its row. Its table then
    /// shows medians of the repeats' percentiles, with a note.
    ///
    /// - Parameter directory: The folder's path.
    /// - Returns: Empty if the folder has no histograms.
    package func mergedHistograms(in directory: String) -> [String: LatencyHistogram] {
        let rowsByCase = Dictionary(grouping: summary.filter { ($0.latencySamples ?? 0) > 0 }, by: \.caseID)
        return rowsByCase.compactMapValues { Self.merged($0, in: directory) }
    }

    /// The delays of some rows together; `nil` if one has no usable histogram.
    static func merged(_ rows: [SummaryRow], in directory: String) -> LatencyHistogram? {
        let folder = FolderTexts(texts: [:], directory: directory)
        var merged = LatencyHistogram()
        for row in rows {
            guard let histogram = Self.histogram(row, in: folder) else { return nil }
            merged.merge(histogram)
        }
        return merged
    }

    private static func histogram(_ row: SummaryRow, in folder: FolderTexts) -> LatencyHistogram? {
        let name = HistogramFileName.of(caseID: row.caseID, repetition: row.repetition)
        guard !name.contains("/"), let text = TextFile.read(folder.path(name)),
            let log = try? HistogramLog(parsing: text)
        else { return nil }
        let merged = log.intervals.reduce(into: LatencyHistogram()) { $0.merge($1.histogram) }
        return row.latencySamples == Int(clamping: merged.count) ? merged : nil
    }
}

import Host
import Measurement
import ResultFiles

extension ReportFolder {
    /// Delays of all repeats of a case together, by `case_id`: their counts merged, never their percentiles averaged.
    ///
    /// A case is left out if the histogram of one of its repeats is missing, cannot be read or is of other delays than
    /// the row: then its table shows medians of the repeats' percentiles and says so.
    ///
    /// - Parameter directory: The folder's path.
    /// - Returns: Empty where the folder has no histogram.
    package func mergedHistograms(in directory: String) -> [String: LatencyHistogram] {
        let folder = FolderTexts(texts: [:], directory: directory)
        let rowsByCase = Dictionary(grouping: summary.filter { ($0.latencySamples ?? 0) > 0 }, by: \.caseID)
        return rowsByCase.compactMapValues { rows in
            var merged = LatencyHistogram()
            for row in rows {
                guard let histogram = Self.histogram(row, in: folder) else { return nil }
                merged.merge(histogram)
            }
            return merged
        }
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

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

    /// Histograms that cannot be used: the tables then show other delays than without the fault.
    ///
    /// - Parameter directory: The folder's path.
    /// - Returns: One sentence each; none for a folder without any histogram.
    package func histogramFaults(in directory: String) -> [String] {
        let folder = FolderTexts(texts: [:], directory: directory)
        let rows = summary.filter { ($0.latencySamples ?? 0) > 0 }
        let faults = rows.compactMap { row -> String? in
            guard case .failure(let fault) = Self.reading(row, in: folder) else { return nil }
            let effect = "so the table shows medians of the repeats' percentiles for \(row.caseID)"
            return "\(folder.path(Self.name(row))) \(fault), \(effect)"
        }
        let isWithout = rows.allSatisfy { PathKind(folder.path(Self.name($0))) == .missing }
        return isWithout ? [] : faults
    }

    /// Why a histogram is not used; a part of a sentence.
    private struct Unusable: Error, CustomStringConvertible {
        let description: String
    }

    private static func name(_ row: SummaryRow) -> String {
        HistogramFileName.of(caseID: row.caseID, repetition: row.repetition)
    }

    private static func histogram(_ row: SummaryRow, in folder: FolderTexts) -> LatencyHistogram? {
        try? reading(row, in: folder).get()
    }

    private static func reading(_ row: SummaryRow, in folder: FolderTexts) -> Result<LatencyHistogram, Unusable> {
        let name = name(row)
        guard !name.contains("/"), let text = TextFile.read(folder.path(name)) else {
            return .failure(Unusable(description: "is missing or cannot be read"))
        }
        do throws(HistogramLogError) {
            let log = try HistogramLog(parsing: text)
            let merged = log.intervals.reduce(into: LatencyHistogram()) { $0.merge($1.histogram) }
            let count = Int(clamping: merged.count)
            guard row.latencySamples == count else {
                let expected = row.latencySamples ?? 0
                return .failure(Unusable(description: "has \(count) delays where summary.csv has \(expected)"))
            }
            return .success(merged)
        } catch {
            return .failure(Unusable(description: "is no histogram log (\(error))"))
        }
    }
}

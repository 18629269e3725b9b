import Measurement
import ResultFiles

/// Columns of `summary.csv` over the repeats of each case: `aggregates.csv` and `aggregates.tex`.
package enum Aggregates {
    /// The columns of `aggregates.csv` and `summary.json`.
    package static let usualColumns = [
        "delivered", "missed", "latency_p50_us", "latency_p90_us", "latency_p99_us", "latency_max_us",
        "latency_mean_us", "overhead_bytes_per_item", "bytes_per_client_s", "requests_per_client_s",
        "setup_bytes_total", "wire_bytes_estimated", "server_cpu_us_per_item", "server_rss_peak_bytes",
        "first_item_p50_us", "item_gap_p50_us", "item_gap_p99_us",
    ]

    /// The columns of `aggregates.tex`, which is as wide as a page.
    package static let columnsOfTable = [
        "latency_p50_us", "latency_p99_us", "overhead_bytes_per_item", "bytes_per_client_s", "server_cpu_us_per_item",
    ]

    /// Whether a run has a value for them.
    static func exist(in folder: ReportFolder) -> Bool {
        folder.conditions.flatMap(\.cases).contains { result in
            usualColumns.contains { !result.validValues(of: $0).isEmpty }
        }
    }

    /// - Parameters:
    ///   - folder: A run.
    ///   - columns: Columns with numbers, in this order.
    /// - Returns: A row per case and column that has a valid value.
    package static func rows(_ folder: ReportFolder, columns: [String] = usualColumns) -> [AggregateRow] {
        let runID = folder.summary.first?.runID ?? ""
        return folder.conditions.flatMap(\.cases).flatMap { result in
            columns.compactMap { column -> AggregateRow? in
                guard let spread = Spread(result.validValues(of: column)) else { return nil }
                var row = AggregateRow()
                (row.runID, row.scenario, row.caseID) = (runID, folder.scenario, result.caseID)
                (row.transport, row.variant) = (result.transport, result.variant)
                (row.column, row.unit) = (column, SummaryRow.unit(of: column))
                row.repeats = result.validValues(of: column).count
                (row.median, row.low, row.high) = (spread.median, spread.interval?.low, spread.interval?.high)
                (row.minimum, row.maximum) = (spread.low, spread.high)
                return row
            }
        }
    }
}

extension CaseResult {
    /// The values of a column in the repeats in which it is valid; none if no repeat is valid.
    func validValues(of column: String) -> [Double] {
        let isOfTimes = SummaryRow.isOfTimes(column)
        return rows.filter { isOfTimes ? $0.hasValidTimes : $0.hasValidBytes }.compactMap { $0.number(column) }
    }
}

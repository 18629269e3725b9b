import LoadGenerator
import Measurement
import ResultFiles

/// The columns on the arrivals at each client, which need neither due times nor sequences.
extension RowMaker {
    func addArrivals(_ row: inout SummaryRow) {
        row.firstItemP50Microseconds = record.firstItem.percentile(50).map(Double.init)
        row.itemGapP50Microseconds = record.itemGaps.percentile(50).map(Double.init)
        row.itemGapP99Microseconds = record.itemGaps.percentile(99).map(Double.init)
    }
}

/// A histogram crosses from process to process as a ``HistogramLog`` of one interval, which keeps every count.
extension LatencyHistogram: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let log = try HistogramLog(parsing: try container.decode(String.self))
        guard log.intervals.count == 1 else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "the log has \(log.intervals.count) intervals; there must be one")
        }
        self = log.intervals[0].histogram
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        let interval = HistogramLog.Interval(tag: nil, start: .zero, length: .zero, histogram: self)
        try container.encode(HistogramLog(startTime: .zero, intervals: [interval]).text)
    }
}

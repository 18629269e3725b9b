import Foundation
import Testing

@testable import Measurement

/// Files for `Tests/Interop/hlog_check.py`, which reads them with HdrHistogram's Python package.
@Suite("Histogram logs for third-party readers")
struct HistogramInteropFiles {
    static let folder = ProcessInfo.processInfo.environment["PUSHLAB_INTEROP_DIR"]
    static let percentiles = [0.0, 1, 25, 50, 75, 90, 99, 99.9, 100]

    @Test("are written with their expected percentiles", .enabled(if: folder != nil))
    func write() throws {
        let folder = URL(filePath: try #require(Self.folder))
        let intervals = (0..<4).map(Self.interval)
        let log = HistogramLog(startTime: .seconds(1_700_000_000), intervals: intervals)
        try log.text.write(to: folder.appending(path: "latencies.hlog"), atomically: true, encoding: .utf8)
        var rows = ["tag,count,percentile,value_us"]
        for interval in intervals {
            for percent in Self.percentiles {
                let value = try #require(interval.histogram.percentile(percent))
                rows.append("\(interval.tag ?? ""),\(interval.histogram.count),\(percent),\(value)")
            }
        }
        let table = rows.joined(separator: "\n") + "\n"
        try table.write(to: folder.appending(path: "latencies.csv"), atomically: true, encoding: .utf8)
    }

    /// Exponential latencies around 1 µs, 1 ms, 1 s and 5 min. The count is a multiple of 1 000, so percentiles have
    /// whole ranks: HdrHistogram's writers round fractional ranks differently.
    private static func interval(_ index: Int) -> HistogramLog.Interval {
        var generator = SeededGenerator(seed: UInt64(index))
        var histogram = LatencyHistogram()
        let mean = [1.0, 1e3, 1e6, 3e8][index]
        for _ in 0..<10_000 * (index + 1) {
            histogram.record(microseconds: Int64(min(generator.exponential(mean: mean), 3.6e9)))
        }
        return .init(tag: "series\(index)", start: .seconds(index), length: .seconds(1), histogram: histogram)
    }
}

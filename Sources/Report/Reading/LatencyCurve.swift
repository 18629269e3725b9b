import Host
import Measurement
import ResultFiles

/// The delays of a case by percentile, from its histograms: the points of an HdrHistogram plot.
struct LatencyCurve: Equatable {
    /// The share of delays that are longer, 1 to 0.00001, and the delay in µs. Descending shares.
    let points: [(share: Double, microseconds: Double)]
    /// The largest delay, µs.
    let highest: Double
    let samples: Int

    static func == (left: Self, right: Self) -> Bool {
        left.samples == right.samples && left.highest == right.highest
            && left.points.map(\.microseconds) == right.points.map(\.microseconds)
    }

    /// Ten points per decade, and the percentiles that people quote.
    private static let shares: [Double] = {
        let decade = [1.0, 0.8, 0.63, 0.5, 0.4, 0.32, 0.25, 0.2, 0.16, 0.125]
        let scales = [1.0, 10, 100, 1_000, 10_000]
        return scales.flatMap { scale in decade.map { $0 / scale } } + [0.000_01]
    }()

    /// - Returns: `nil` for an empty histogram.
    init?(_ histogram: LatencyHistogram) {
        guard let highest = histogram.max, histogram.count > 0 else { return nil }
        let count = Double(histogram.count)
        // Beyond that there is no delay that is longer.
        points = Self.shares.filter { $0 * count >= 1 }.compactMap { share in
            histogram.percentile(100 * (1 - share)).map { (share, Double($0)) }
        }
        self.highest = Double(highest)
        samples = Int(clamping: histogram.count)
    }
}

extension ReportFolder {
    /// The folder with the curves of its histograms. A case lacks one if the histogram of a repeat with valid times is
    /// missing, unreadable or has another number of delays than its row.
    func withCurves() -> ReportFolder {
        guard !directory.isEmpty else { return self }
        var folder = self
        let rows = Dictionary(
            grouping: summary.filter { ($0.latencySamples ?? 0) > 0 && $0.hasValidTimes }, by: \.caseID)
        folder.curves = rows.compactMapValues { Self.merged($0, in: directory).flatMap(LatencyCurve.init) }
        return folder
    }
}

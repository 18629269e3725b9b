import Measurement

/// How many repeats a conclusion needs.
package enum RepeatNeeds {
    /// For the interval of a median.
    package static let interval = 6

    // Of the metrics of a push case; bytes and counts often do not vary.
    private static let varyingMetricsPerCase = 5

    /// Per run, so that a comparison of two runs can find a difference.
    package static func verdict(cases: Int) -> Int {
        let metrics = Double(max(1, cases * varyingMetricsPerCase))
        var repeats = 1
        while MannWhitney.smallestP(repeats, repeats) * metrics >= ComparisonFamily.significance { repeats += 1 }
        return repeats
    }
}

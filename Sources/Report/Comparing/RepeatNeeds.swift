import Measurement

/// How many repeats a conclusion needs.
package enum RepeatNeeds {
    /// For the 95 % interval of a median: minimum and maximum of 6 enclose it with 97 %, of 5 with 94 %.
    package static let interval = Quantile.leastForInterval

    // Of the metrics of a push case; bytes and counts often do not vary.
    private static let varyingMetricsPerCase = 5

    /// Per run, so that a comparison of two runs can find a difference.
    package static func verdict(cases: Int) -> Int {
        family(cases * varyingMetricsPerCase).leastRepeats { MannWhitney.smallestP($0, $0) }
    }

    /// Of one run, so that `compare --cases` can find a difference between two cases under one condition.
    package static var paired: Int { family(varyingMetricsPerCase).leastRepeats(SignedRank.smallestP) }

    /// Of one run, so that `comparisons.csv` can find a difference in a condition with this many cases.
    package static func pairs(cases: Int) -> Int {
        family(cases * (cases - 1) / 2).leastRepeats(SignedRank.smallestP)
    }

    private static func family(_ tests: Int) -> TestFamily {
        TestFamily(size: tests, significance: ComparisonFamily.significance)
    }
}

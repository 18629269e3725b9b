/// Tests that are judged together: of twenty tests at 5 %, one gives a false alarm on average.
///
/// Each test has its share of the level (Bonferroni), so that p values and intervals agree: all intervals together
/// contain the true values with the family's confidence, and a difference is significant if its interval excludes 0.
package struct TestFamily: Sendable {
    /// Number of tests, at least 1.
    package let size: Int
    /// The largest probability of any false alarm.
    package let significance: Double

    package init(size: Int, significance: Double) {
        self.size = max(1, size)
        self.significance = significance
    }

    /// A p of a single test below this is significant.
    package var level: Double { significance / Double(size) }

    /// For people: significant if it is below the family's significance.
    package func adjusted(_ p: Double) -> Double { min(1, p * Double(size)) }

    /// The smallest number of repeats that can show a difference, if the smallest p by the number of repeats falls
    /// without limit.
    package func leastRepeats(_ smallestP: (Int) -> Double) -> Int {
        var repeats = 1
        while smallestP(repeats) >= level { repeats += 1 }
        return repeats
    }
}

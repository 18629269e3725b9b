/// Several tests at once: with twenty at 5 % each, one false alarm is the rule.
package enum Holm {
    /// The p of each test adjusted for all of them (Holm 1979): where it is below α, the difference counts as seen, and
    /// the probability of any false alarm among all is at most α, however the tests depend on one another.
    ///
    /// - Parameter pValues: One a test, in any order.
    /// - Returns: In the same order, each at most 1 and not below its own p.
    package static func adjusted(_ pValues: [Double]) -> [Double] {
        let order = pValues.indices.sorted { pValues[$0] < pValues[$1] }
        var adjusted = pValues
        var largest = 0.0
        for (rank, index) in order.enumerated() {
            largest = max(largest, min(1, pValues[index] * Double(pValues.count - rank)))
            adjusted[index] = largest
        }
        return adjusted
    }
}

/// The result of comparing the repeats of a candidate with those of a baseline.
package enum Verdict: String, Sendable, Codable, CaseIterable {
    case better
    case worse
    /// Not "equal": the repeats are too few or vary too much to show a difference.
    case noDetectableDifference = "no detectable difference"
}

/// Which values of a quantity are better.
package enum Preference: Sendable {
    case lower
    case higher
}

/// A comparison of a candidate's repeats with a baseline's.
package struct Comparison: Sendable, Hashable {
    let test: MannWhitney
    /// Candidate minus baseline; `nil` with too few repeats.
    package let shift: ConfidenceInterval?
    /// Candidate divided by baseline: the shift of the logarithms. `nil` also if a value is not above 0.
    package let ratio: ConfidenceInterval?
    private let candidateIsLower: Bool
    private let preference: Preference

    /// Tests and estimates the difference; `nil` if a side has no repeat.
    ///
    /// - Parameters:
    ///   - candidate: One number per repeat.
    ///   - baseline: One number per repeat.
    ///   - preference: Which values are better.
    ///   - confidence: The confidence of each interval.
    package init?(
        of candidate: [Double],
        against baseline: [Double],
        preferring preference: Preference,
        confidence: Double = 0.95
    ) {
        guard let test = MannWhitney(candidate, baseline) else { return nil }
        self.test = test
        self.preference = preference
        shift = HodgesLehmann.shift(of: candidate, against: baseline, confidence: confidence)
        ratio = HodgesLehmann.ratio(of: candidate, to: baseline, confidence: confidence)
        candidateIsLower = test.u < Double(candidate.count * baseline.count) / 2
    }

    /// The verdict of this comparison by itself.
    var verdict: Verdict { verdict(p: test.p) }

    /// The verdict for a given p.
    ///
    /// - Parameters:
    ///   - p: The p of the test, or p adjusted for several tests.
    ///   - significance: The p below which a difference is significant.
    /// - Returns: Better or worse only if `p` is below `significance`.
    package func verdict(p: Double, significance: Double = 0.05) -> Verdict {
        guard p < significance else { return .noDetectableDifference }
        return candidateIsLower == (preference == .lower) ? .better : .worse
    }
}

/// Correction for several tests at once: of twenty tests at 5 %, one gives a false alarm on average.
package enum Holm {
    /// The p values adjusted for all tests (Holm 1979). If differences with an adjusted p below α count as significant,
    /// the probability of any false alarm is at most α, even if the tests depend on each other.
    ///
    /// - Parameter pValues: One p per test, in any order.
    /// - Returns: The adjusted p values in the same order, each at most 1 and not below the original.
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

/// What two sets of repeats allow to say of a candidate against a baseline.
package enum Verdict: String, Sendable, Codable, CaseIterable {
    case better
    case worse
    /// Not "equal": the repeats are too few or too scattered to tell.
    case noDetectableDifference = "no detectable difference"
}

/// Which way a quantity is good.
package enum Preference: Sendable {
    case lower
    case higher
}

/// A candidate's repeats against a baseline's.
package struct Comparison: Sendable, Hashable {
    let test: MannWhitney
    /// Candidate minus baseline; `nil` with too few repeats.
    package let shift: ConfidenceInterval?
    private let candidateIsLower: Bool
    private let preference: Preference

    /// Tests and estimates; `nil` when a side has no repeat.
    ///
    /// - Parameters:
    ///   - candidate: One number a repeat.
    ///   - baseline: One number a repeat.
    ///   - preference: Which way is good.
    ///   - confidence: Of the shift's interval.
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
        candidateIsLower = test.u < Double(candidate.count * baseline.count) / 2
    }

    /// The verdict of this comparison by itself.
    var verdict: Verdict { verdict(p: test.p) }

    /// What the comparison says at a p.
    ///
    /// - Parameters:
    ///   - p: The test's, or that adjusted for the tests beside it.
    ///   - significance: The p below which a difference counts as seen.
    /// - Returns: Better or worse only below it.
    package func verdict(p: Double, significance: Double = 0.05) -> Verdict {
        guard p < significance else { return .noDetectableDifference }
        return candidateIsLower == (preference == .lower) ? .better : .worse
    }
}

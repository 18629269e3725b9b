import Measurement

/// What a comparison found, in numbers of metrics.
package struct ComparisonOutcome: Sendable, Equatable {
    /// Only of two runs; of two cases, none is the better one.
    package var worse: Int
    /// With any detectable difference, ``worse`` included.
    package var different: Int
    /// With too few repeats for a verdict, and cases that one run lacks. If nothing could be compared, this is 1.
    package var undecided: Int

    package init(worse: Int = 0, different: Int = 0, undecided: Int = 0) {
        (self.worse, self.different, self.undecided) = (worse, different, undecided)
    }

    fileprivate mutating func count(_ finding: Finding) {
        switch finding {
        case .worse: (worse, different) = (worse + 1, different + 1)
        case .different: different += 1
        case .undecided: undecided += 1
        case .equal, .missing: break
        }
    }

    fileprivate enum Finding {
        case worse, different, equal, undecided, missing
    }

    fileprivate init(_ findings: [Finding]) {
        self.init()
        for finding in findings { count(finding) }
        if findings.allSatisfy({ $0 == .missing }) { undecided = 1 }
    }
}

extension FolderComparison {
    package var outcome: ComparisonOutcome {
        let lacking = onlyInBaseline.count + onlyInCandidate.count
        var outcome = ComparisonOutcome()
        if lacking == 0 || !verdicts.isEmpty { outcome = ComparisonOutcome(verdicts.map(Self.finding)) }
        for delivery in deliveries { outcome.count(Self.finding(delivery.verdict)) }
        outcome.undecided += lacking
        return outcome
    }

    private static func finding(_ verdict: MetricVerdict) -> ComparisonOutcome.Finding {
        switch verdict.finding {
        case .verdict(.worse): .worse
        case .verdict(.better): .different
        case .verdict(.noDetectableDifference), .withinDrift: .equal
        case .tooFewRepeats: .undecided
        case .notMeasured: .missing
        }
    }
}

extension PairedComparison {
    package var outcome: ComparisonOutcome {
        ComparisonOutcome(
            comparisons.flatMap(\.metrics).map { metric in
                switch metric.finding {
                case .lower, .higher: .different
                case .noDetectableDifference: .equal
                case .tooFewRepeats: .undecided
                case .notMeasured: .missing
                }
            })
    }
}

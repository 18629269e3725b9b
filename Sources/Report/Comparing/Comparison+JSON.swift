import Measurement
import ResultFiles

extension ComparisonOutcome {
    private var json: JSONValue {
        ["worse": .number(worse), "different": .number(different), "undecided": .number(undecided)]
    }

    fileprivate func fields(_ baseline: String, _ candidate: String) -> [(String, JSONValue)] {
        [("baseline", .string(baseline)), ("candidate", .string(candidate)), ("outcome", json)]
    }
}

extension FolderComparison {
    /// For programs: the fields of `pushlab compare --format json`.
    package var json: [(String, JSONValue)] {
        outcome.fields(names.baseline, names.candidate) + [
            ("warnings", .array(warnings.map(JSONValue.string))),
            ("consecutive", .flag(areConsecutive)),
            ("confidence", .number(1 - ComparisonFamily.significance)),
            ("comparisons", .array(cases.flatMap { one in one.all.map { $0.json(caseID: one.caseID) } })),
            ("only_in_baseline", .array(onlyInBaseline.map(JSONValue.string))),
            ("only_in_candidate", .array(onlyInCandidate.map(JSONValue.string))),
        ]
    }
}

extension MetricVerdict {
    fileprivate func json(caseID: String) -> JSONValue {
        let ends = [("difference", shift.ends), ("ratio", ratio.ends)].flatMap { name, ends in
            [(name, ends.estimate), ("\(name)_low", ends.low), ("\(name)_high", ends.high)]
        }
        let numbers = [("baseline_median", baseline), ("candidate_median", candidate)] + ends
        return JSONValue(
            fields: [
                ("case_id", .string(caseID)), ("metric", .string(metric)),
                ("unit", .optional(SummaryRow.unit(of: metric))),
                ("baseline_repeats", .number(repeats[0])), ("candidate_repeats", .number(repeats[1])),
            ] + numbers.map { ($0, $1.map(JSONValue.number) ?? .null) }
                + [("p", .probability(p)), ("verdict", .string(word))])
    }

    private var word: String {
        switch finding {
        case .verdict(let verdict): verdict.rawValue
        case .withinDrift: Verdict.noDetectableDifference.rawValue
        case .tooFewRepeats: ComparisonRow.Verdict.tooFewRepeats.rawValue
        case .notMeasured: "not measured"
        }
    }
}

extension PairedComparison {
    /// For programs: the fields of `pushlab compare --cases --format json`.
    package var json: [(String, JSONValue)] {
        [("folder", .string(directory))] + outcome.fields(baseline, candidate) + [
            ("confidence", .number(1 - ComparisonFamily.significance)),
            ("comparisons", .array(rows.map(ComparisonRow.table.json))),
        ]
    }
}

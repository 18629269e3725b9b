/// Two cases of one run compared in one metric: a row of `comparisons.csv`.
package struct ComparisonRow: CSVRow {
    package enum Verdict: String, CaseIterable, Sendable {
        case lower, higher
        case noDetectableDifference = "no detectable difference"
        case tooFewRepeats = "too few repeats"
    }

    /// What is judged together.
    package enum Family: String, CaseIterable, Sendable {
        /// All pairs of cases of a condition, one metric: in `comparisons.csv`.
        case pairs
        /// All metrics and conditions of two cases: `compare --cases`.
        case metrics
    }

    package var runID: String = ""
    package var scenario: String = ""
    package var condition: String = ""
    package var metric: String = ""
    package var unit: String?
    package var baseline: String = ""
    package var candidate: String = ""
    package var pairs: Int = 0
    package var baselineMedian: Double?
    package var candidateMedian: Double?
    package var difference: Double?
    package var differenceLow: Double?
    package var differenceHigh: Double?
    package var ratio: Double?
    package var ratioLow: Double?
    package var ratioHigh: Double?
    package var family: String = ""
    package var tests: Int = 0
    package var p: Double?
    package var verdict: String = ""

    package init() {}

    package static let table = CSVTable<ComparisonRow>(
        fileName: "comparisons.csv",
        summary:
            "One row per metric and pair of cases that differ only in the transport and its options, or in the server.",
        key: ["run_id", "metric", "baseline_case_id", "candidate_case_id"],
        fields: columns
    )

    static let columns: [CSVField<ComparisonRow>] = [
        .always(
            "run_id", \.runID, "Identifier of the run: its start time (UTC) and seed, as in the name of its folder."),
        .always("scenario", \.scenario, "Name of the scenario."),
        .always("condition", \.condition, "What both cases have in common, in words."),
        .always("metric", \.metric, "The column of `summary.csv`."),
        .maybe("unit", \.unit, empty: "the metric is a count or a ratio", "Unit of the metric."),
        .always("baseline_case_id", \.baseline, "The case to compare with."),
        .always("candidate_case_id", \.candidate, "The case that is compared."),
        .always("pairs", \.pairs, within: .fromZero, "Number of repeats in which both cases are valid."),
        .maybe(
            "baseline_median", \.baselineMedian, unit: "unit", decimals: 6, empty: nothing,
            "Median of the baseline over these repeats."),
        .maybe(
            "candidate_median", \.candidateMedian, unit: "unit", decimals: 6, empty: nothing,
            "Median of the candidate over these repeats."),
        .maybe(
            "difference", \.difference, unit: "unit", decimals: 6, empty: noInterval,
            "Candidate minus baseline: the median of the differences of all means of two pairs (Hodges–Lehmann)."),
        .maybe("difference_low", \.differenceLow, unit: "unit", decimals: 6, empty: noInterval, low),
        .maybe("difference_high", \.differenceHigh, unit: "unit", decimals: 6, empty: noInterval, high),
        .maybe(
            "ratio", \.ratio, decimals: 6, empty: "\(noInterval), or a value is not above 0",
            "Candidate divided by baseline: the median of the ratios of all means of two pairs."),
        .maybe("ratio_low", \.ratioLow, decimals: 6, empty: "as `ratio`", low),
        .maybe("ratio_high", \.ratioHigh, decimals: 6, empty: "as `ratio`", high),
        .name(
            "family", \.family, empty: "the file is older than the column",
            "What is judged together, at 98 %: `pairs`, all pairs of cases of the condition in this metric (in this "
                + "file); `metrics`, all metrics and conditions of the two cases (`pushlab compare --cases`)."
        ).addedLater,
        .always(
            "tests", \.tests, within: .fromZero,
            "Number of tests in the family; values that are equal in all repeats need none."),
        .probability(
            "p", \.p, empty: "too few repeats, or no repeat differs",
            "Two-sided signed-rank test (Wilcoxon) of the pairs, multiplied by `tests` (Bonferroni)."),
        .always(
            "verdict", \.verdict, within: .oneOf(Verdict.allCases.map(\.rawValue)),
            "Whether the candidate is `lower` or `higher` (p below 0.02): if and only if the interval of the "
                + "difference excludes 0."),
    ]

    private static let nothing = "no repeat has both values"
    private static let noInterval = "too few repeats for the interval"
    private static let low =
        "Lower end of its interval: what the test does not reject. All intervals of the family together hold with 98 %."
    private static let high = "Upper end of its interval."
}

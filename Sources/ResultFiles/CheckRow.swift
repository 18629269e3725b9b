/// A condition on the results of a run and whether it holds: a row of `checks.csv`.
package struct CheckRow: CSVRow {
    /// What a condition is for.
    package enum Origin: String, CaseIterable, Sendable {
        /// `thresholds` of the scenario: the condition must hold.
        case threshold
        /// `--fail-if`: the condition must not hold.
        case failIf = "fail-if"
        /// `--until`: the condition at which the repeats end.
        case until
    }

    package enum Verdict: String, CaseIterable, Sendable {
        case passed, failed
        /// A value that decides it is missing; for `until`, the condition does not hold with the most repeats allowed.
        case open
    }

    package var runID: String = ""
    package var scenario: String = ""
    package var origin: String = ""
    package var condition: String = ""
    package var caseIDs: String = ""
    package var values: String = ""
    package var repeats: Int = 0
    package var verdict: String = ""

    package init() {}

    package static let table = CSVTable<CheckRow>(
        fileName: "checks.csv",
        summary: "One row per condition on the results and case that it concerns.",
        key: ["run_id", "origin", "condition", "case_ids"],
        fields: columns
    )

    static let columns: [CSVField<CheckRow>] = [
        .always(
            "run_id", \.runID,
            "Identifier of the run: its start time (UTC) and seed, as in the name of its folder."),
        .always("scenario", \.scenario, "Name of the scenario."),
        .always(
            "origin", \.origin, within: .oneOf(Origin.allCases.map(\.rawValue)),
            "`threshold`: from the scenario, must hold; `fail-if`: from the command line, must not hold; "
                + "`until`: from the command line, the repeats end when it holds."),
        .always("condition", \.condition, "The condition as written."),
        .always(
            "case_ids", \.caseIDs,
            "The cases of its columns, separated by spaces: first that of columns without a subject."),
        .name(
            "values", \.values, empty: "no value of its columns is valid",
            "The medians of its columns over the valid repeats, in the units of the columns: "
                + "`websocket.latency_p99_us=812`, separated by spaces."),
        .always(
            "repeats", \.repeats, within: .fromZero,
            "Number of repeats in which all its columns are valid."),
        .always(
            "verdict", \.verdict, within: .oneOf(Verdict.allCases.map(\.rawValue)),
            "`passed`, `failed`, or `open`: missing values decide it, or an `until` does not hold."),
    ]
}

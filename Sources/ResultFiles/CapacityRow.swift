/// One measurement of a search for the capacity: a row of `capacity.csv`.
package struct CapacityRow: CSVRow {
    /// Why a load was measured.
    package enum Phase: String, CaseIterable, Sendable {
        case grow, shrink, bisect, edge, again
    }

    /// How a search ended.
    package enum Outcome: String, CaseIterable, Sendable {
        case searching
        case found
        case neverReached = "never-reached"
        case alwaysReached = "always-reached"
        case undecided
        case outOfTime = "out-of-time"
    }

    package var runID: String = ""
    package var scenario: String = ""
    package var search: Int = 0
    package var step: Int = 0
    package var caseID: String = ""
    package var repetition: Int = 0
    package var transport: String = ""
    package var variant: String = ""
    package var field: String = ""
    package var unit: String = ""
    package var load: Double = 0
    package var phase: String = ""
    package var condition: String = ""
    package var isReached: Bool?
    package var reason: String?
    package var answer: Double?
    package var low: Double?
    package var high: Double?
    package var outcome: String = ""

    package init() {}

    package static let table = CSVTable<CapacityRow>(
        fileName: "capacity.csv",
        summary: "One row per measurement of `pushlab capacity`, in the order of each search.",
        key: ["run_id", "search", "step"],
        fields: columns
    )

    static let columns: [CSVField<CapacityRow>] = identity + reading + answers

    private static let identity: [CSVField<CapacityRow>] = [
        .always(
            "run_id", \.runID,
            "Identifier of the run: its start time (UTC) and seed, as in the name of its folder."),
        .always("scenario", \.scenario, "Name of the scenario."),
        .always(
            "search", \.search, within: .fromOne,
            "Number of the search, counted from 1: one per case of the scenario, in its order."),
        .always("step", \.step, within: .fromOne, "Measurement within the search, counted from 1."),
        .always("case_id", \.caseID, "Identifier of the case, as in summary.csv."),
        .always("repeat", \.repetition, within: .fromOne, "Repeat of the case, as in summary.csv."),
        .always("transport", \.transport, "Name of the transport."),
        .name(
            "variant", \.variant, empty: "the transport is used once and has no label",
            "Label that distinguishes several uses of one transport."),
    ]

    private static let reading: [CSVField<CapacityRow>] = [
        .always("field", \.field, "The field that is raised, as a path: `clients`, `feeds[].rate`."),
        .name("unit", \.unit, empty: "the field is a plain number", "Unit of `load`, `answer`, `low` and `high`."),
        .always("load", \.load, decimals: 6, "The value of the field."),
        .always(
            "phase", \.phase, within: .oneOf(Phase.allCases.map(\.rawValue)),
            "Why this load: `grow` doubles, `shrink` halves, `bisect` lies between, `edge` repeats a load next to the "
                + "edge, `again` one whose results did not tell."),
        .always("condition", \.condition, "The condition as written."),
        .maybe(
            "reached", \.isReached, empty: "the results do not tell",
            "Whether the condition held; true as well if clients failed although the load generator was not busy."),
        .maybe(
            "reason", \.reason, empty: "the values of the row decided the condition",
            "Why the results do not tell, or how clients failed."),
    ]

    private static let answers: [CSVField<CapacityRow>] = [
        .maybe(
            "answer", \.answer, decimals: 6, empty: "the condition was false at no load so far",
            "After this step: the largest load at which the condition was false in most repeats."),
        .maybe(
            "low", \.low, decimals: 6, empty: "the condition was always false at no load so far",
            "After this step: the largest load at which the condition was always false, as at all smaller loads."),
        .maybe(
            "high", \.high, decimals: 6,
            empty: "the condition held at no load so far, or also failed to hold at a larger one",
            "After this step: the smallest load at which the condition always held, as at all larger loads."),
        .always(
            "outcome", \.outcome, within: .oneOf(Outcome.allCases.map(\.rawValue)),
            "`searching`; in the last row of a search `found`, `never-reached` (up to the largest load), "
                + "`always-reached` (down to the smallest), `undecided` (above the answer the results do not tell) or "
                + "`out-of-time`."),
    ]
}

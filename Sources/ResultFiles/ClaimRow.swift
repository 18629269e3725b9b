/// A published claim and our measurement of it: a row of `claims.csv`.
package struct ClaimRow: CSVRow {
    static let verdicts = ["holds", "fails", "open"]

    package var runID: String = ""
    package var scenario: String = ""
    package var claimID: String = ""
    package var source: String = ""
    package var statement: String = ""
    package var quantity: String = ""
    package var quantityUnit: String?
    package var publishedLow: Double?
    package var publishedHigh: Double?
    package var measured: Double?
    package var measuredLow: Double?
    package var measuredHigh: Double?
    package var repeats: Int = 0
    package var verdict: String = ""
    package var note: String?
    package var predicted: Double?
    package var formula: String = ""
    package var caseIDs: String = ""
    package var reason: String = ""
    package var tolerance: Double?
    package var origin: String?

    package init() {}

    package static let table = CSVTable<ClaimRow>(
        fileName: "claims.csv",
        summary: "One row per claim of the publication that the scenario replays.",
        key: ["run_id", "claim_id"],
        fields: columns
    )

    static let columns: [CSVField<ClaimRow>] = [
        .always(
            "run_id", \.runID,
            "Identifier of the run: its start time (UTC) and seed, as in the name of its folder."),
        .always(
            "scenario", \.scenario,
            "Name of the scenario."),
        .always(
            "claim_id", \.claimID,
            "Short name of the claim, the same in every run."),
        .always(
            "source", \.source,
            "Publication, with section, figure or table."),
        .always(
            "statement", \.statement,
            "Claim of the publication, in one sentence."),
        .always(
            "quantity", \.quantity,
            "Quantity that is compared, in words."),
        .maybe(
            "quantity_unit", \.quantityUnit, empty: "the quantity is a count or a ratio",
            "Unit of the numbers in this row."),
        .maybe(
            "published_low", \.publishedLow, unit: "quantity_unit", decimals: 6,
            empty: "the publication states no lower bound",
            "Lowest value that the publication states; see `origin`."),
        .maybe(
            "published_high", \.publishedHigh, unit: "quantity_unit", decimals: 6,
            empty: "the publication states no upper bound",
            "Highest value that the publication states; see `origin`."),
        .maybe(
            "measured", \.measured, unit: "quantity_unit", decimals: 6, empty: "it could not be measured",
            "Measured value: the median over the repeats."),
        .maybe(
            "measured_low", \.measuredLow, unit: "quantity_unit", decimals: 6, empty: "too few repeats",
            "Lower end of the 95 % confidence interval of the measured value."),
        .maybe(
            "measured_high", \.measuredHigh, unit: "quantity_unit", decimals: 6, empty: "too few repeats",
            "Upper end of the 95 % confidence interval of the measured value."),
        .always(
            "repeats", \.repeats, within: .fromZero,
            "Number of valid repeats in the measured value."),
        .always(
            "verdict", \.verdict, within: .oneOf(ClaimRow.verdicts),
            "`holds`, `fails`, or `open` if the runs do not decide it."),
        .maybe(
            "note", \.note, empty: "there is no note",
            "Differences between the published setting and ours."),
        CSVField.maybe(
            "predicted", \.predicted, unit: "quantity_unit", decimals: 6, empty: "there is no formula for it",
            "Value by the formulas of `Results/formulas.md`."
        ).addedLater,
        CSVField.name(
            "formula", \.formula, empty: "the quantity is computed from measurements alone",
            "The expression over columns of cases that gives the value, as written in the scenario."
        ).addedLater,
        CSVField.name(
            "case_ids", \.caseIDs, empty: "the quantity needs no case",
            "The cases of its columns, separated by spaces."
        ).addedLater,
        CSVField.name(
            "reason", \.reason, empty: "a file of an earlier version",
            "Why the verdict is what it is, in one sentence."
        ).addedLater,
        CSVField.maybe(
            "tolerance", \.tolerance, within: .fromZero, decimals: 6,
            empty: "a file of an earlier version, whose range includes the tolerance",
            "How far beyond a published bound a value may be, as a share of the bound."
        ).addedLater,
        CSVField.maybe(
            "origin", \.origin, within: .oneOf(PublishedClaim.Origin.allCases.map(\.rawValue)),
            empty: "a file of an earlier version",
            "Where the bounds are from: `published`, `derived` from the publication, or `chosen` by the scenario."
        ).addedLater,
    ]
}

/// A claim of a publication and what we measured of it: a row of `claims.csv`.
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

    package init() {}

    package static let table = CSVTable<ClaimRow>(
        fileName: "claims.csv",
        summary: "A row for each claim of the publication that the scenario replays.",
        key: ["run_id", "claim_id"],
        fields: columns
    )

    static let columns: [CSVField<ClaimRow>] = [
        .always(
            "run_id", \.runID,
            "The run: its start in UTC and its seed, as in the folder's name."),
        .always(
            "scenario", \.scenario,
            "The scenario's name."),
        .always(
            "claim_id", \.claimID,
            "Short name of the claim, the same in every run."),
        .always(
            "source", \.source,
            "The publication, with section, figure or table."),
        .always(
            "statement", \.statement,
            "What the publication says, in one sentence."),
        .always(
            "quantity", \.quantity,
            "What is compared, in words."),
        .maybe(
            "quantity_unit", \.quantityUnit, empty: "the quantity is a count or a ratio",
            "Unit of the numbers in this row."),
        .maybe(
            "published_low", \.publishedLow, unit: "quantity_unit", decimals: 6,
            empty: "the publication gives no lower bound",
            "Lowest value that the publication gives or allows."),
        .maybe(
            "published_high", \.publishedHigh, unit: "quantity_unit", decimals: 6,
            empty: "the publication gives no upper bound",
            "Highest value that the publication gives or allows."),
        .maybe(
            "measured", \.measured, unit: "quantity_unit", decimals: 6, empty: "it could not be measured",
            "Our value: the median over the repeats."),
        .maybe(
            "measured_low", \.measuredLow, unit: "quantity_unit", decimals: 6, empty: "too few repeats",
            "Lower end of the 95 % confidence interval of our value."),
        .maybe(
            "measured_high", \.measuredHigh, unit: "quantity_unit", decimals: 6, empty: "too few repeats",
            "Upper end of the 95 % confidence interval of our value."),
        .always(
            "repeats", \.repeats, within: .fromZero,
            "Valid repeats behind our value."),
        .always(
            "verdict", \.verdict, within: .oneOf(ClaimRow.verdicts),
            "`holds`, `fails`, or `open` where our runs cannot tell."),
        .maybe(
            "note", \.note, empty: "there is nothing to add",
            "What differs between their setting and ours."),
    ]
}

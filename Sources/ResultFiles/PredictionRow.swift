/// A quantity of a case as a formula gives it: a row of `predictions.csv`.
///
/// `quantity` is the name of a column of `summary.csv`, or a direction and a layer of `layers.csv` such as
/// `up.http_head`. Its unit is the unit of that column.
package struct PredictionRow: CSVRow {
    package var runID: String = ""
    package var caseID: String = ""
    package var quantity: String = ""
    package var quantityUnit: String?
    package var value: Double = 0
    package var low: Double?
    package var high: Double?
    package var formula: String = ""

    package init() {}

    package static let table = CSVTable<PredictionRow>(
        fileName: "predictions.csv",
        summary: "One row per case and quantity that a formula predicts.",
        key: ["run_id", "case_id", "quantity"],
        fields: columns
    )

    static let columns: [CSVField<PredictionRow>] = [
        .always(
            "run_id", \.runID,
            "Identifier of the run: its start time (UTC) and seed, as in the name of its folder."),
        .always(
            "case_id", \.caseID,
            "Identifier of the case, as in `summary.csv`."),
        .always(
            "quantity", \.quantity,
            "What is predicted: a column of `summary.csv`, or direction and layer of `layers.csv`: `up.http_head`."),
        .maybe(
            "quantity_unit", \.quantityUnit, empty: "the quantity is a count or a ratio",
            "Unit of the numbers in this row."),
        .always(
            "value", \.value, unit: "quantity_unit", decimals: 6,
            "Value that the formula gives for one repeat."),
        .maybe(
            "low", \.low, unit: "quantity_unit", decimals: 6, empty: "the formula is exact",
            "Lowest value that the formula and its allowances in `Results/formulas.md` leave."),
        .maybe(
            "high", \.high, unit: "quantity_unit", decimals: 6, empty: "the formula is exact",
            "Highest value that the formula and its allowances in `Results/formulas.md` leave."),
        .always(
            "formula", \.formula,
            "Identifier of the formula in `Results/formulas.md`."),
    ]
}

import Measurement

/// A column of `summary.csv` over the valid repeats of a case: a row of `aggregates.csv`.
package struct AggregateRow: CSVRow {
    package var runID: String = ""
    package var scenario: String = ""
    package var caseID: String = ""
    package var transport: String = ""
    package var variant: String = ""
    package var column: String = ""
    package var unit: String?
    package var repeats: Int = 0
    package var median: Double = 0
    package var low: Double?
    package var high: Double?
    package var minimum: Double = 0
    package var maximum: Double = 0

    package init() {}

    package static let table = CSVTable<AggregateRow>(
        fileName: "aggregates.csv",
        summary: "One row per case and column of `summary.csv`: the median over the valid repeats and its interval.",
        key: ["run_id", "case_id", "column"],
        fields: columns
    )

    static let columns: [CSVField<AggregateRow>] = [
        .always(
            "run_id", \.runID,
            "Identifier of the first run of the folder: its start time (UTC) and seed, as in the name of its folder."),
        .always("scenario", \.scenario, "Name of the scenario."),
        .always("case_id", \.caseID, "Identifier of the case."),
        .always("transport", \.transport, "Name of the transport."),
        .name("variant", \.variant, empty: "the case needs none", "Label or options of the transport."),
        .always("column", \.column, "The column of `summary.csv`."),
        .maybe("unit", \.unit, empty: "the column is a count or a ratio", "Unit of the column."),
        .always("repeats", \.repeats, within: .fromOne, "Number of repeats with a valid value."),
        .always("median", \.median, unit: "unit", decimals: 6, "Median of these values."),
        .maybe(
            "low", \.low, unit: "unit", decimals: 6, empty: tooFew,
            "Lower end of the interval of the median: an order statistic, at least 95 % for this column by itself."),
        .maybe("high", \.high, unit: "unit", decimals: 6, empty: tooFew, "Upper end of this interval."),
        .always("min", \.minimum, unit: "unit", decimals: 6, "Smallest value."),
        .always("max", \.maximum, unit: "unit", decimals: 6, "Largest value."),
    ]

    private static let tooFew = "fewer than \(Quantile.leastForInterval) values"
}

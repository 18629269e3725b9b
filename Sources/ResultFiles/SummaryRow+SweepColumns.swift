/// Columns on the sweeps of a scenario and on what they change.
extension SummaryRow {
    static let sweepColumns: [CSVField<SummaryRow>] = [
        .maybe(
            "axes", \.axes,
            empty: "no field has several values for this transport, or the file is older than the column",
            "The swept fields of the scenario with the values of this case, as in the scenario: "
                + "`interval=250ms; clients=10`."
        ).addedLater,
        .maybe(
            "content", \.content, empty: "the feed is not synthetic, or the file is older than the column",
            "Kind of data of the items: filler, json, text or random."
        ).addedLater,
    ]
}

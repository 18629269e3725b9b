/// Columns on the arrivals of items at each client.
extension SummaryRow {
    static let arrivalColumns: [CSVField<SummaryRow>] = [
        .maybe(
            "first_item_p50_us", \.firstItemP50Microseconds, unit: "us", within: .fromZero,
            empty: "no client received an item, the workload is `echo`, or the file is older than the column",
            "Median over clients of the time from a client's connect (with HTTP exchanges, the start of its first "
                + "request) to the arrival of its first item. Includes the wait for the first item of the feed. Whole "
                + "run."
        ).addedLater,
        .maybe(
            "item_gap_p50_us", \.itemGapP50Microseconds, unit: "us", within: .fromZero, empty: noGap,
            "Median time between consecutive arrivals of one client, duplicates included, both after the warm-up and "
                + "before the end of the window; 0 for items of one response that arrive together."
        ).addedLater,
        .maybe(
            "item_gap_p99_us", \.itemGapP99Microseconds, unit: "us", within: .fromZero, empty: noGap,
            "99th percentile of these gaps."
        ).addedLater,
    ]

    private static let noGap =
        "no client received two items after the warm-up, the workload is `echo`, or the file is older than the column"
}

/// Columns on the clocks of several hosts.
extension SummaryRow {
    static let clockColumns: [CSVField<SummaryRow>] = [
        .maybe(
            "clock_error_us", \.clockErrorMicroseconds, unit: "us", within: .fromZero,
            empty: "no latency was measured, or the file is older than the column",
            "How far a latency may be off because server and clients have different clocks: 0 if they share one, "
                + "otherwise about half the quickest round trip between them. The largest of all load processes. Times "
                + "are invalid if it exceeds --clock-tolerance, by default half of the median latency."
        ).addedLater
    ]
}

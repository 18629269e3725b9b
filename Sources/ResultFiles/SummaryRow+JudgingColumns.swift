/// Whether bytes and times may be used, each by itself.
extension SummaryRow {
    static let judging: [CSVField<SummaryRow>] = [
        .maybe(
            "bytes_valid", \.bytesValid, empty: older,
            "Whether counts and bytes may be used: they agree with the kernel's, no client failed, and the load "
                + "generator had processor time to spare."
        ).addedLater,
        .maybe(
            "times_valid", \.timesValid, empty: older,
            "Whether delays and CPU times may be used: nothing was late but the transport. `valid` is bytes_valid and "
                + "times_valid."
        ).addedLater,
    ]

    private static let older = "the file is older than the column; then it is as `valid`"

    /// Whether counts and bytes may be used; files without the column know only ``valid``.
    package var hasValidBytes: Bool { bytesValid ?? (valid == true) }
    /// Whether delays and CPU times may be used.
    package var hasValidTimes: Bool { timesValid ?? (valid == true) }

    /// Whether nothing was to be delivered and nothing was: what the row shows is the cost of silence.
    package var isSilent: Bool { hasValidBytes && expected == 0 && delivered == 0 }
}

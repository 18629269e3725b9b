/// What came while clients were waited for.
extension SummaryRow {
    static let draining: [CSVField<SummaryRow>] = [
        .maybe(
            "delivered_after_window", \.deliveredAfterWindow, within: .fromZero,
            empty: "the run broke before it was counted, or the file is older than the column",
            "Copies of items due at or after the window's end, received while clients still awaited one of the window. "
                + "They are in no other count and in no delay; their bytes are in every column of bytes, so bytes and "
                + "requests per item are divided by delivered + delivered_after_window."
        ).addedLater
    ]

    /// Every copy received, whose bytes are all booked: what bytes and requests are divided by.
    package var received: Int? { delivered.map { $0 + (deliveredAfterWindow ?? 0) } }
}

/// What compression made of the items.
extension SummaryRow {
    static let compressing: [CSVField<SummaryRow>] = [
        .maybe(
            "inflated_bytes_total", \.inflatedBytesTotal, unit: "bytes", within: .fromZero,
            empty: "nothing was compressed",
            "Bytes of the items in all deliveries as they were before compression; payload_bytes_total is the same "
                + "compressed. Whole run.")
    ]
}

/// What TLS did beyond its bytes.
extension SummaryRow {
    static let encrypting: [CSVField<SummaryRow>] = [
        .maybe(
            "tls_resumed", \.tlsResumed, within: .fromZero,
            empty: "connections were not encrypted, or carried no HTTP exchanges",
            "Connections that took up the TLS session of an earlier one, of those in connects. Whole run."
        ).addedLater
    ]
}

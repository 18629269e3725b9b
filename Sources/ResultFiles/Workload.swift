/// What a run carried, which decides what its delays are of.
package enum Workload: String, CaseIterable, Sendable {
    /// The feed's items, from the server to every client.
    case push
    /// Messages that clients send, each back to its sender: delays are round trips.
    case echo
}

extension Workload: CSVValue {
    static let kind = CSVColumn.Kind.string

    init?(field: String) { self.init(rawValue: field) }

    func fieldText(decimals: Int) -> String? { rawValue }
}

extension SummaryRow {
    static let work: [CSVField<SummaryRow>] = [
        CSVField<SummaryRow>.maybe(
            "workload", \.workload, within: .oneOf(Workload.allCases.map(\.rawValue)),
            empty: "the file is older than the column; then it is `push`",
            "`push`: items went from server to clients; `echo`: messages went from clients to the server and back, and "
                + "latencies are round trips."
        ).addedLater
    ]
}

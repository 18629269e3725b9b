/// What a run carried, which determines the meaning of its latencies.
package enum Workload: String, CaseIterable, Sendable {
    /// The feed's items, from the server to every client.
    case push
    /// Messages from each client to the server and back; latencies are round trips.
    case echo
}

extension Workload: CSVValue {
    static let kind = CSVColumn.Kind.string

    init?(field: String) { self.init(rawValue: field) }

    func fieldText(decimals: Int) -> String? { rawValue }
}

extension SummaryRow {
    static let workloadColumns: [CSVField<SummaryRow>] = [
        CSVField<SummaryRow>.maybe(
            "workload", \.workload, within: .oneOf(Workload.allCases.map(\.rawValue)),
            empty: "the file is older than the column; then it is `push`",
            "`push`: items from server to clients; `echo`: messages from clients to the server and back, with round "
                + "trips as latencies."
        ).addedLater
    ]
}

import ResultFiles

/// All repeats of one case.
struct CaseResult: Equatable {
    let caseID: String
    /// By repeat; never empty.
    let rows: [SummaryRow]

    private let first: SummaryRow

    /// - Returns: `nil` without rows.
    init?(_ rows: [SummaryRow]) {
        let sorted = rows.sorted { $0.repetition < $1.repetition }
        guard let first = sorted.first else { return nil }
        (self.rows, self.first, caseID) = (sorted, first, first.caseID)
    }

    var transport: String { first.transport }
    var variant: String { first.variant }
    var clients: Int { first.clients }
    var pollIntervalMilliseconds: Double? { first.pollIntervalMilliseconds }
    var style: TransportStyle { TransportStyle(of: transport) }

    /// For tables and plots: `short-poll`, `short-poll interval-1s`.
    var label: String { variant.isEmpty ? transport : "\(transport) \(variant)" }

    /// A row that was never judged broke off; it counts as invalid.
    var validRows: [SummaryRow] { rows.filter { $0.valid == true } }
    var invalidRows: [SummaryRow] { rows.filter { $0.valid != true } }
    var isValid: Bool { !validRows.isEmpty }

    /// The rows that figures are made of: the valid ones; all of them if none is, to be shown with a mark.
    var shownRows: [SummaryRow] { isValid ? validRows : rows }

    func spread(_ value: (SummaryRow) -> Double?) -> Spread? { Spread(shownRows.compactMap(value)) }

    func median(_ value: (SummaryRow) -> Double?) -> Double? { spread(value)?.median }

    /// A count summed over the repeats; `nil` if one of them does not know it or the sum is beyond any run.
    func sum(_ value: (SummaryRow) -> Int?) -> Int? {
        shownRows.reduce(Int?.some(0)) { sum, row in
            guard let sum, let (next, isBeyond) = value(row).map(sum.addingReportingOverflow) else { return nil }
            return isBeyond ? nil : next
        }
    }

    var latencyMax: Double? { shownRows.compactMap(\.latencyMaxMicroseconds).max() }

    /// Why rows are invalid, each reason once, with its repeats if there are several.
    var complaints: [String] {
        var repeatsOf: [(reason: String, repeats: [Int])] = []
        for row in invalidRows {
            let reason = row.reason
            if let index = repeatsOf.firstIndex(where: { $0.reason == reason }) {
                repeatsOf[index].repeats.append(row.repetition)
            } else {
                repeatsOf.append((reason, [row.repetition]))
            }
        }
        guard rows.count > 1 else { return repeatsOf.map(\.reason) }
        return repeatsOf.map { reason, repeats in
            "repeat\(repeats.count == 1 ? "" : "s") \(Figure.list(repeats.map(String.init))): \(reason)"
        }
    }
}

extension SummaryRow {
    /// Why the row is invalid, on one line.
    fileprivate var reason: String {
        if let invalidReason {
            return invalidReason.split(whereSeparator: \.isNewline).joined(separator: " ")
        }
        return valid == nil ? "not judged, the run broke off" : "no reason given"
    }

    var requestsPerItem: Double? { ratio(requests, received) }
    var setupBytesPerClient: Double? { ratio(setupBytesTotal, clients) }

    private func ratio(_ number: Int?, _ divisor: Int?) -> Double? {
        guard let number, let divisor, divisor > 0 else { return nil }
        return Double(number) / Double(divisor)
    }
}

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

    /// Whether any row's bytes or times may be used.
    var isUsable: Bool { rows.contains { $0.hasValidBytes || $0.hasValidTimes } }

    /// Counts and bytes, of the rows in which they may be used; of all rows if nothing of any may be, to be shown with
    /// a mark.
    var bytes: RowFigures { RowFigures(rows: isUsable ? rows.filter(\.hasValidBytes) : rows) }
    /// Delays and CPU times, likewise.
    var times: RowFigures { RowFigures(rows: isUsable ? rows.filter(\.hasValidTimes) : rows) }
    var hasValidBytes: Bool { rows.contains(where: \.hasValidBytes) }
    var hasValidTimes: Bool { rows.contains(where: \.hasValidTimes) }

    /// The row that tells the case's settings: one that was measured.
    var settingRow: SummaryRow? { (isUsable ? rows.filter { $0.hasValidBytes || $0.hasValidTimes } : rows).first }

    /// Whether the case shows what silence costs: nothing was to be delivered, and nothing was.
    var isSilent: Bool { hasValidBytes && bytes.rows.allSatisfy(\.isSilent) }

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

/// Figures of some repeats of a case.
struct RowFigures: Equatable {
    let rows: [SummaryRow]

    func spread(_ value: (SummaryRow) -> Double?) -> Spread? { Spread(rows.compactMap(value)) }

    func median(_ value: (SummaryRow) -> Double?) -> Double? { spread(value)?.median }

    /// A count summed over the repeats; `nil` if there are none, one of them does not know it or the sum is beyond any
    /// run.
    func sum(_ value: (SummaryRow) -> Int?) -> Int? {
        if rows.isEmpty { return nil }
        return rows.reduce(Int?.some(0)) { sum, row in
            guard let sum, let (next, isBeyond) = value(row).map(sum.addingReportingOverflow) else { return nil }
            return isBeyond ? nil : next
        }
    }

    var latencyMax: Double? { rows.compactMap(\.latencyMaxMicroseconds).max() }
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

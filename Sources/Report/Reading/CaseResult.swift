import Expressions
import ResultFiles

/// All repeats of one case.
struct CaseResult: Equatable {
    let caseID: String
    /// By repeat; never empty.
    let rows: [SummaryRow]
    /// The swept fields of the case in the order of the file; empty in files of earlier versions.
    let axes: [SweptField]
    /// Rows with valid counts and bytes. If nothing of the case is valid: all rows, which the table marks as invalid.
    let bytes: RowFigures
    /// Rows with valid delays and CPU times, with the same exception.
    let times: RowFigures
    /// Whether any row has valid bytes or valid times.
    let isUsable: Bool

    /// The server's name; empty unless the id has it, as in runs with several servers or a third-party one.
    let server: String

    private let first: SummaryRow

    /// - Returns: `nil` without rows.
    init?(_ rows: [SummaryRow]) {
        let sorted = rows.sorted { $0.repetition < $1.repetition }
        guard let first = sorted.first else { return nil }
        (self.rows, self.first, caseID) = (sorted, first, first.caseID)
        server = NamedCase(first).server
        axes = sorted.first { $0.axes != nil }?.sweptFields ?? []
        let (bytes, times) = (sorted.filter(\.hasValidBytes), sorted.filter(\.hasValidTimes))
        isUsable = !bytes.isEmpty || !times.isEmpty
        self.bytes = RowFigures(rows: isUsable ? bytes : sorted)
        self.times = RowFigures(rows: isUsable ? times : sorted)
    }

    var transport: String { first.transport }
    var variant: String { first.variant }
    var clients: Int { first.clients }
    var pollIntervalMilliseconds: Double? { first.pollIntervalMilliseconds }
    var style: TransportStyle { TransportStyle(of: transport) }

    /// For tables and plots: `short-poll`, `nchan short-poll interval-1s`.
    var label: String { [server, transport, variant].filter { !$0.isEmpty }.joined(separator: " ") }

    /// ` on nchan`, for sentences; empty unless the id has the server.
    var onServer: String { server.isEmpty ? "" : " on \(server)" }

    /// For expressions and command lines.
    var namedCase: NamedCase { NamedCase(first) }

    /// A row without a verdict is from a run that stopped early; it counts as invalid.
    var invalidRows: [SummaryRow] { rows.filter { $0.valid != true } }

    var hasValidBytes: Bool { rows.contains(where: \.hasValidBytes) }
    var hasValidTimes: Bool { rows.contains(where: \.hasValidTimes) }

    /// The row from which to read the settings of the case: a measured one.
    var settingRow: SummaryRow? { (isUsable ? rows.filter { $0.hasValidBytes || $0.hasValidTimes } : rows).first }

    /// Whether the case measures the cost of silence: no item was due and none was delivered.
    var isSilent: Bool { hasValidBytes && bytes.rows.allSatisfy(\.isSilent) }

    /// Why rows are invalid: each reason once, with its repeats if the case has several.
    var invalidReasons: [String] {
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

/// Statistics over some repeats of a case.
struct RowFigures: Equatable {
    let rows: [SummaryRow]

    func spread(_ value: (SummaryRow) -> Double?) -> Spread? { Spread(rows.compactMap(value)) }

    func median(_ value: (SummaryRow) -> Double?) -> Double? { spread(value)?.median }

    /// A count summed over the repeats; `nil` without repeats, if a repeat lacks the value, or if the sum overflows.
    func sum(_ value: (SummaryRow) -> Int?) -> Int? {
        if rows.isEmpty { return nil }
        return rows.reduce(Int?.some(0)) { sum, row in
            guard let sum, let (next, isBeyond) = value(row).map(sum.addingReportingOverflow) else { return nil }
            return isBeyond ? nil : next
        }
    }

    var latencyMax: Double? { rows.compactMap(\.latencyMaxMicroseconds).max() }
}

extension NamedCase {
    /// The case of a row.
    init(_ row: SummaryRow) {
        self.init(id: row.caseID, transport: row.transport, variant: row.variant, server: row.server ?? "")
    }
}

extension SummaryRow {
    /// Why the row is invalid, on one line.
    fileprivate var reason: String {
        if let invalidReason {
            return invalidReason.split(whereSeparator: \.isNewline).joined(separator: " ")
        }
        return valid == nil ? "not checked: the run stopped early" : "no reason given"
    }

    var requestsPerItem: Double? { ratio(requests, received) }
    var setupBytesPerClient: Double? { ratio(setupBytesTotal, clients) }

    private func ratio(_ number: Int?, _ divisor: Int?) -> Double? {
        guard let number, let divisor, divisor > 0 else { return nil }
        return Double(number) / Double(divisor)
    }
}

import ResultFiles

/// A table row with a condition on the results and its verdict.
struct CheckCells {
    static let headings = ["condition", "verdict", "medians", "repeats", "cases"]
    /// Columns with text.
    static let words: Set<Int> = [0, 1, 2, 4]
    static let note =
        "A threshold of the scenario must hold; a condition of --fail-if must not. Open: a value that decides the "
        + "condition is missing."

    let cells: [String]

    init(_ check: CheckRow) {
        let isThreshold = check.origin == CheckRow.Origin.threshold.rawValue
        cells = [
            (isThreshold ? "" : "fail if: ") + check.condition, check.verdict,
            Self.medians(check.values), String(check.repeats), check.caseIDs,
        ]
    }

    /// `1.24 ms`; of several columns each with its name. Other texts as they are.
    static func medians(_ values: String) -> String {
        let parts = values.split(separator: " ").map { part -> (name: String, text: String) in
            guard let equals = part.lastIndex(of: "="), let value = Double(String(part[part.index(after: equals)...]))
            else { return ("", String(part)) }
            let name = String(part[..<equals])
            return (name, Figure.measured(value, unit: SummaryRow.unit(ofReference: name)))
        }
        if parts.isEmpty { return Figure.missing }
        return parts.count == 1
            ? parts[0].text : parts.map { $0.name.isEmpty ? $0.text : "\($0.name) \($0.text)" }.joined(separator: ", ")
    }
}

extension SummaryRow {
    /// The unit of `websocket.latency_p99_us` or `sse.up.http_head`; a subject may have points too.
    fileprivate static func unit(ofReference name: String) -> String? {
        let parts = name.split(separator: ".").map(String.init)
        if parts.count > 1, ["up", "down"].contains(parts[parts.count - 2]) { return "bytes" }
        return parts.last.flatMap { unit(of: $0) }
    }
}

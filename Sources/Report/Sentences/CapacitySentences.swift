import Expressions
import ResultFiles

/// What a search for the capacity found, in a sentence per case.
enum CapacitySentences {
    private static let most = 8

    static func all(_ folder: ReportFolder) -> [String] {
        let last = Dictionary(folder.capacity.map { ($0.search, $0) }) { $1 }
        let servers = Dictionary(folder.summary.map { ($0.caseID, NamedCase($0).server) }) { first, _ in first }
        let sentences = last.sorted { $0.key < $1.key }.map { sentence($0.value, servers[$0.value.caseID] ?? "") }
        if sentences.count <= most { return sentences }
        return sentences.prefix(most) + ["\(sentences.count - most) more searches are in capacity.csv."]
    }

    /// - Parameters:
    ///   - row: The last row of a search.
    ///   - server: Its server, if ids of cases have it.
    /// - Returns: One sentence.
    private static func sentence(_ row: CapacityRow, _ server: String) -> String {
        let name = [server, row.transport, row.variant].filter { !$0.isEmpty }.joined(separator: " ")
        let steps = "after \(Figure.counted(row.step, "measurement"))"
        let subject = "For \(name), the largest value of \(row.field) at which \"\(row.condition)\" was false"
        guard let answer = row.answer else {
            let isTrue = row.outcome == CapacityRow.Outcome.alwaysReached.rawValue
            return isTrue
                ? "For \(name), \"\(row.condition)\" was true at every value of \(row.field), \(steps)."
                : "\(subject) is not known, \(steps)\(row.reason.map { ": \($0)" } ?? "")."
        }
        let value = text(answer, row.unit)
        switch CapacityRow.Outcome(rawValue: row.outcome) {
        case .neverReached: return "\(subject) is at least \(value), the largest that was measured, \(steps)."
        case .undecided: return "\(subject) is at least \(value): above it the results do not tell, \(steps)."
        case .outOfTime, .searching, nil: return "\(subject) is not known: at least \(value), \(steps)."
        case .found, .alwaysReached: return "\(subject) is \(value)\(interval(row)), \(steps)."
        }
    }

    private static func interval(_ row: CapacityRow) -> String {
        guard let low = row.low, let high = row.high else { return "" }
        return " (\(Figure.plain(low)) to \(Figure.plain(high)))"
    }

    private static func text(_ value: Double, _ unit: String) -> String {
        unit.isEmpty ? Figure.plain(value) : "\(Figure.plain(value)) \(unit)"
    }
}

import ResultFiles

/// New repeat numbers: 1, 2, 3 … in the order of the parts. One number means one repeat of one run, for all cases, so
/// that cases of the same number have the same items; a case without that repeat has a gap.
struct RepeatNumbering {
    private struct Place: Hashable {
        let part: Int
        let key: RunKey
    }

    /// A repeat of a run. Shares of one run have the same; `copy` tells measurements of one case apart.
    private struct Round: Hashable {
        let runID: String
        let seed: UInt64
        let repetition: Int
        var copy = 0
    }

    private var numbers: [Place: Int] = [:]
    /// The order of the cases: by their first row.
    private var ranks: [String: Int] = [:]

    /// - Parameter parts: The rows of each folder.
    init(_ parts: [[SummaryRow]]) {
        var rounds: [Round: Int] = [:]
        var cases: [Round: Set<String>] = [:]
        for (index, part) in parts.enumerated() {
            for row in part where ranks[row.caseID] == nil { ranks[row.caseID] = ranks.count }
            // Files are sorted by case.
            let order = part.indices.sorted { (part[$0].repetition, $0) < (part[$1].repetition, $1) }
            for row in order.map({ part[$0] }) {
                var round = Round(runID: row.runID, seed: row.seed, repetition: row.repetition)
                while !cases[round, default: []].insert(row.caseID).inserted { round.copy += 1 }
                let number = rounds[round] ?? rounds.count + 1
                rounds[round] = number
                numbers[Place(part: index, key: row.key)] = number
            }
        }
    }

    func repetition(of key: RunKey, in part: Int) -> Int {
        numbers[Place(part: part, key: key)] ?? key.repetition
    }

    func renumbered<Row>(_ row: Row, _ path: WritableKeyPath<Row, Int>, of key: RunKey, in part: Int) -> Row {
        var row = row
        row[keyPath: path] = repetition(of: key, in: part)
        return row
    }

    /// Groups rows by case and sorts them by new repeat number; rows of one run keep their order.
    func sorted<Row>(_ rows: [Row], by key: (Row) -> RunKey) -> [Row] {
        let places = rows.enumerated().map { index, row in
            (ranks[key(row).caseID] ?? 0, key(row).repetition, index)
        }
        return places.sorted { $0 < $1 }.map { rows[$0.2] }
    }
}

/// A column that a condition watches, with the values that it is compared with.
package struct WatchedColumn: Sendable, Equatable {
    /// Without the subject: a plot shows the column of each case.
    package let column: String
    /// In the column's own unit; empty if it is only compared with other columns.
    package fileprivate(set) var limits: [Double]
}

extension Predicate {
    /// The columns of the condition in the order of its text, each once.
    package var watched: [WatchedColumn] {
        var watched: [WatchedColumn] = []
        for (left, right) in node.comparisons {
            for column in left.columns + right.columns where !watched.contains(where: { $0.column == column }) {
                watched.append(WatchedColumn(column: column, limits: []))
            }
            for (one, other) in [(left, right), (right, left)] {
                guard let (column, factor) = one.plainColumn, case .constant(let limit)? = other.value(in: NoColumns()),
                    let index = watched.firstIndex(where: { $0.column == column })
                else { continue }
                // As many decimals as results have: 0.1 s / 1e-6 is not exactly 100,000 µs.
                watched[index].limits.append((limit / factor * 1e6).rounded() / 1e6)
            }
        }
        return watched
    }
}

extension PredicateNode {
    /// Both sides of each comparison.
    fileprivate var comparisons: [(ExpressionNode, ExpressionNode)] {
        switch self {
        case .comparison(let left, _, let right): [(left, right)]
        case .not(let node): node.comparisons
        case .and(let left, let right), .or(let left, let right): left.comparisons + right.comparisons
        }
    }
}

extension ExpressionNode {
    fileprivate var columns: [String] {
        switch self {
        case .number: []
        case .column(let reference, _): [reference.column]
        case .negative(let node), .reduction(_, let node): node.columns
        case .arithmetic(let left, _, let right): left.columns + right.columns
        }
    }

    /// A column alone, or a value of its repeats that has its unit.
    fileprivate var plainColumn: (column: String, factor: Double)? {
        switch self {
        case .column(let reference, let factor): (reference.column, factor)
        case .reduction(let reduction, let node) where reduction != .ci: node.plainColumn
        case .number, .negative, .arithmetic, .reduction: nil
        }
    }
}

/// Where an expression finds the values of its columns.
package protocol ExpressionScope {
    /// The valid values of a column by repeat, in the column's own unit; `nil` if the case does not exist or has none.
    func values(of reference: ColumnReference) -> [Int: Double]?
}

/// A quantity: `push.overhead_bytes_per_item / poll.overhead_bytes_per_item`.
package struct Expression: Sendable, Equatable {
    /// Characters (code points) of a text; longer ones are refused.
    package static let longestText = 2_000

    /// As written; `claims.csv` has it.
    package let text: String
    /// What the value measures. A claim's published number must have the same.
    package let dimension: Dimension
    let node: ExpressionNode

    /// - Throws: ``ExpressionFault`` if the text is no quantity, or names a column that the catalog does not have.
    package init(_ text: String, columns catalog: ColumnCatalog) throws(ExpressionFault) {
        var parser = try ExpressionParser(text, catalog)
        let measured = try parser.quantity()
        self.text = text
        dimension = measured.dimension
        node = measured.node
    }

    /// The columns whose values it needs; empty for a constant.
    package var references: Set<ColumnReference> { node.references }

    /// The value of an expression without columns; `nil` if it has some.
    package var constant: Double? {
        guard references.isEmpty, case .constant(let value) = node.value(in: NoColumns()) else { return nil }
        return value
    }

    /// The value in seconds and bytes.
    ///
    /// - Returns: `nil` if a value is missing, or no repeat has all of them.
    package func evaluate(in scope: some ExpressionScope) -> RepeatedValue? { node.value(in: scope) }
}

struct NoColumns: ExpressionScope {
    func values(of reference: ColumnReference) -> [Int: Double]? { nil }
}

/// A condition: `websocket.latency_p99_us > 5ms or missed > 0`.
package struct Predicate: Sendable, Equatable {
    /// As written; `checks.csv`, `capacity.csv` and messages have it.
    package let text: String
    let node: PredicateNode

    /// - Throws: ``ExpressionFault`` if the text is no condition, or names a column that the catalog does not have.
    package init(_ text: String, columns catalog: ColumnCatalog) throws(ExpressionFault) {
        var parser = try ExpressionParser(text, catalog)
        node = try parser.predicate()
        self.text = text
    }

    /// The columns whose values it needs. It names no case if none of them has a subject.
    package var references: Set<ColumnReference> { node.references }

    /// Whether it has `ci(…)`, which needs several repeats.
    package var needsInterval: Bool { node.needsInterval }

    /// Whether the condition is true of the medians over the repeats.
    ///
    /// - Returns: `nil` if missing values decide it.
    package func holds(in scope: some ExpressionScope) -> Bool? { node.holds(in: scope) }
}

extension PredicateNode {
    // The logic of Kleene: `false and missing` is false, `true or missing` is true.
    func holds(in scope: some ExpressionScope) -> Bool? {
        switch self {
        case .comparison(let left, let comparison, let right):
            guard let left = left.value(in: scope)?.median, let right = right.value(in: scope)?.median else {
                return nil
            }
            return comparison.holds(left, right)
        case .not(let node): return node.holds(in: scope).map { !$0 }
        case .and(let left, let right): return Self.all(left.holds(in: scope), right.holds(in: scope))
        case .or(let left, let right):
            return Self.all(left.holds(in: scope).map { !$0 }, right.holds(in: scope).map { !$0 }).map { !$0 }
        }
    }

    private static func all(_ left: Bool?, _ right: Bool?) -> Bool? {
        if left == false || right == false { return false }
        return left == true && right == true ? true : nil
    }
}

extension ExpressionNode {
    func value(in scope: some ExpressionScope) -> RepeatedValue? {
        switch self {
        case .number(let value): return .constant(value)
        case .column(let reference, let factor):
            guard let values = scope.values(of: reference) else { return nil }
            return RepeatedValue(values.mapValues { $0 * factor })
        case .negative(let node): return node.value(in: scope)?.map { -$0 }
        case .arithmetic(let left, let sign, let right):
            guard let left = left.value(in: scope), let right = right.value(in: scope) else { return nil }
            return left.combined(with: right) { sign.apply($0, $1) }
        case .reduction(let reduction, let node):
            return node.value(in: scope)?.reduced(by: reduction).map { .constant($0) }
        }
    }
}

extension ArithmeticOperator {
    /// - Returns: `nil` for a division by zero.
    func apply(_ left: Double, _ right: Double) -> Double? {
        switch self {
        case .plus: left + right
        case .minus: left - right
        case .times: left * right
        case .over: right == 0 ? nil : left / right
        }
    }
}

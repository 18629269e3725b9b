/// A part of an expression that has a value.
indirect enum ExpressionNode: Sendable, Equatable {
    case number(Double)
    /// The column's values are multiplied by `factor` to be in seconds and bytes.
    case column(ColumnReference, factor: Double)
    case negative(ExpressionNode)
    case arithmetic(ExpressionNode, ArithmeticOperator, ExpressionNode)
    case reduction(Reduction, ExpressionNode)

    var references: Set<ColumnReference> {
        switch self {
        case .number: []
        case .column(let reference, _): [reference]
        case .negative(let node), .reduction(_, let node): node.references
        case .arithmetic(let left, _, let right): left.references.union(right.references)
        }
    }

    var needsInterval: Bool {
        switch self {
        case .number, .column: false
        case .negative(let node): node.needsInterval
        case .reduction(let reduction, let node): reduction == .ci || node.needsInterval
        case .arithmetic(let left, _, let right): left.needsInterval || right.needsInterval
        }
    }
}

enum ArithmeticOperator: String, Sendable {
    case plus = "+"
    case minus = "-"
    case times = "*"
    case over = "/"
}

/// A function that makes one number of the values of all repeats.
enum Reduction: String, Sendable, CaseIterable {
    case median, mean, min, max
    /// Half of the width of the 95 % interval of the median, divided by the median.
    case ci
}

/// A part of an expression that is true, false or undecided.
indirect enum PredicateNode: Sendable, Equatable {
    case comparison(ExpressionNode, ComparisonOperator, ExpressionNode)
    case not(PredicateNode)
    case and(PredicateNode, PredicateNode)
    case or(PredicateNode, PredicateNode)

    var references: Set<ColumnReference> {
        switch self {
        case .comparison(let left, _, let right): left.references.union(right.references)
        case .not(let node): node.references
        case .and(let left, let right), .or(let left, let right): left.references.union(right.references)
        }
    }

    var needsInterval: Bool {
        switch self {
        case .comparison(let left, _, let right): left.needsInterval || right.needsInterval
        case .not(let node): node.needsInterval
        case .and(let left, let right), .or(let left, let right): left.needsInterval || right.needsInterval
        }
    }
}

enum ComparisonOperator: String, Sendable {
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case equal = "=="
    case unequal = "!="

    func holds(_ left: Double, _ right: Double) -> Bool {
        switch self {
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        case .equal: left == right
        case .unequal: left != right
        }
    }
}

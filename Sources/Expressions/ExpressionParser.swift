/// Reads expressions by recursive descent. Precedence, lowest first: `or`, `and`, `not`, comparisons, `+ -`, `* /`.
struct ExpressionParser {
    /// A node with what it measures.
    struct Measured {
        let node: ExpressionNode
        let dimension: Dimension
        /// What stands there, for messages.
        let text: String
        var isPlainNumber: Bool { dimension == .number && Double(text) != nil }
    }

    private enum Parsed {
        case quantity(Measured)
        case condition(PredicateNode)
    }

    /// Parentheses nest at most this deep, so that no text exhausts the stack.
    static let deepest = 50

    let text: String
    let catalog: ColumnCatalog
    let tokens: [Token]
    var index = 0
    var depth = 0

    init(_ text: String, _ catalog: ColumnCatalog) throws(ExpressionFault) {
        self.text = text
        self.catalog = catalog
        tokens = try Lexer.tokens(of: text)
    }

    // MARK: Conditions

    /// - Throws: ``ExpressionFault`` unless the whole text is a condition.
    mutating func predicate() throws(ExpressionFault) -> PredicateNode {
        let node = try condition(disjunction(), from: 0)
        try requireEnd()
        return node
    }

    /// - Throws: ``ExpressionFault`` unless the whole text is a quantity.
    mutating func quantity() throws(ExpressionFault) -> Measured {
        let measured = try quantity(disjunction(), from: 0)
        try requireEnd()
        return measured
    }

    private mutating func disjunction() throws(ExpressionFault) -> Parsed {
        let start = current.offset
        var left = try conjunction()
        while takeName("or") {
            let place = current.offset
            left = .condition(.or(try condition(left, from: start), try condition(conjunction(), from: place)))
        }
        return left
    }

    private mutating func conjunction() throws(ExpressionFault) -> Parsed {
        let start = current.offset
        var left = try negation()
        while takeName("and") {
            let place = current.offset
            left = .condition(.and(try condition(left, from: start), try condition(negation(), from: place)))
        }
        return left
    }

    private mutating func negation() throws(ExpressionFault) -> Parsed {
        guard takeName("not") else { return try comparison() }
        try deeper()
        defer { depth -= 1 }
        let place = current.offset
        return .condition(.not(try condition(negation(), from: place)))
    }

    private mutating func comparison() throws(ExpressionFault) -> Parsed {
        let start = current.offset
        let left = try sum()
        let place = current.offset
        guard case .symbol(let symbol) = current.kind, let comparison = ComparisonOperator(rawValue: symbol) else {
            return left
        }
        index += 1
        let (first, second) = (try quantity(left, from: start), try quantity(sum(), from: current.offset))
        try requireSame(first, second, place)
        return .condition(.comparison(first.node, comparison, second.node))
    }

    // MARK: Quantities

    private mutating func sum() throws(ExpressionFault) -> Parsed {
        let start = current.offset
        var left = try product()
        while let sign = takeOperator([.plus, .minus]) {
            let place = current.offset
            let (first, second) = (try quantity(left, from: start), try quantity(product(), from: place))
            try requireSame(first, second, place)
            left = join(first, sign, second, first.dimension)
        }
        return left
    }

    private mutating func product() throws(ExpressionFault) -> Parsed {
        let start = current.offset
        var left = try factor()
        while let sign = takeOperator([.times, .over]) {
            let place = current.offset
            let (first, second) = (try quantity(left, from: start), try quantity(factor(), from: place))
            let (one, other) = (first.dimension, second.dimension)
            left = join(first, sign, second, sign == .times ? one * other : one / other)
        }
        return left
    }

    private func join(
        _ left: Measured, _ sign: ArithmeticOperator, _ right: Measured, _ dimension: Dimension
    ) -> Parsed {
        let text = "\(left.text) \(sign.rawValue) \(right.text)"
        return .quantity(
            Measured(node: .arithmetic(left.node, sign, right.node), dimension: dimension, text: text))
    }

    private mutating func factor() throws(ExpressionFault) -> Parsed {
        try deeper()
        defer { depth -= 1 }
        let token = current
        index += 1
        switch token.kind {
        case .number(let value, let dimension, let text):
            return .quantity(Measured(node: .number(value), dimension: dimension, text: text))
        case .symbol("-"):
            let place = current.offset
            let inner = try quantity(factor(), from: place)
            return .quantity(
                Measured(node: .negative(inner.node), dimension: inner.dimension, text: "-\(inner.text)"))
        case .symbol("("):
            let inner = try disjunction()
            try require(")")
            return inner
        case .name(let name):
            if let reduction = Reduction(rawValue: name), takeSymbol("(") {
                return .quantity(try reduced(reduction, token))
            }
            return .quantity(try column(name, token))
        case .quoted(let subject):
            try require(".")
            guard case .name(let column) = current.kind else { throw missingOperand(current) }
            index += 1
            return .quantity(try self.column(column, subject: subject, token))
        case .symbol, .end: throw missingOperand(token)
        }
    }

    private mutating func reduced(_ reduction: Reduction, _ token: Token) throws(ExpressionFault) -> Measured {
        let place = current.offset
        let inner = try quantity(disjunction(), from: place)
        try require(")")
        if inner.node.references.isEmpty {
            throw fault(token.offset, "\(reduction.rawValue)(…) needs a column, such as latency_p50_us")
        }
        let dimension = reduction == .ci ? Dimension.number : inner.dimension
        let text = "\(reduction.rawValue)(\(inner.text))"
        return Measured(node: .reduction(reduction, inner.node), dimension: dimension, text: text)
    }

    // MARK: Kinds

    private func condition(_ parsed: Parsed, from offset: Int) throws(ExpressionFault) -> PredicateNode {
        if case .condition(let node) = parsed { return node }
        throw fault(offset, "a comparison is missing, such as \"> 5\"; allowed: <, <=, >, >=, ==, !=")
    }

    private func quantity(_ parsed: Parsed, from offset: Int) throws(ExpressionFault) -> Measured {
        if case .quantity(let measured) = parsed { return measured }
        throw fault(offset, "a number or a column is needed here, not a comparison")
    }
}

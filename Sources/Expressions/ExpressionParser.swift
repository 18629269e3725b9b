import Measurement

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

    // Parentheses nest at most this deep, so that no text exhausts the stack.
    private static let deepest = 50

    private let text: String
    private let catalog: ColumnCatalog
    private let tokens: [Token]
    private var index = 0
    private var depth = 0

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

    // MARK: Columns

    // The longest end of the dotted name that is a column; subjects may have points too.
    private func column(_ name: String, _ token: Token) throws(ExpressionFault) -> Measured {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        for count in parts.indices {
            let column = parts[count...].joined(separator: ".")
            if catalog.unit(of: column) == nil { continue }
            let subject = count == 0 ? nil : parts[..<count].joined(separator: ".")
            return try self.column(column, subject: subject, token)
        }
        throw unknown(String(parts.last ?? ""), token)
    }

    private func column(_ name: String, subject: String?, _ token: Token) throws(ExpressionFault) -> Measured {
        guard let unit = catalog.unit(of: name) else { throw unknown(name, token) }
        let reference = ColumnReference(subject: subject, column: name)
        return Measured(
            node: .column(reference, factor: unit.factor), dimension: unit.dimension,
            text: reference.text)
    }

    private func unknown(_ name: String, _ token: Token) -> ExpressionFault {
        var meant = Spelling.suggestion(for: name, among: catalog.names)
        // A name without its unit, or with only its beginning.
        if meant.isEmpty, name.count > 3, let longer = catalog.names.first(where: { $0.hasPrefix(name) }) {
            meant = "; did you mean \(longer)?"
        }
        let minus = name.contains("-") ? "; a minus needs spaces around it" : ""
        let advice = meant + minus
        return fault(
            token.offset,
            "there is no column \"\(name.prefix(64))\" with numbers"
                + (advice.isEmpty ? "; Results/README.md lists the columns" : advice))
    }

    // MARK: Tokens

    private var current: Token { tokens[min(index, tokens.count - 1)] }

    private func requireEnd() throws(ExpressionFault) {
        guard current.kind != .end else { return }
        throw fault(current.offset, "an operator is missing before this")
    }

    private mutating func takeName(_ name: String) -> Bool {
        guard current.kind == .name(name) else { return false }
        index += 1
        return true
    }

    private mutating func takeSymbol(_ symbol: String) -> Bool {
        guard current.kind == .symbol(symbol) else { return false }
        index += 1
        return true
    }

    private mutating func takeOperator(_ allowed: [ArithmeticOperator]) -> ArithmeticOperator? {
        guard case .symbol(let symbol) = current.kind, let sign = ArithmeticOperator(rawValue: symbol),
            allowed.contains(sign)
        else { return nil }
        index += 1
        return sign
    }

    private mutating func require(_ symbol: String) throws(ExpressionFault) {
        if !takeSymbol(symbol) { throw fault(current.offset, "\"\(symbol)\" is missing here") }
    }

    private mutating func deeper() throws(ExpressionFault) {
        depth += 1
        if depth > Self.deepest { throw fault(current.offset, "it nests deeper than \(Self.deepest) levels") }
    }

    // MARK: Faults

    private func requireSame(_ left: Measured, _ right: Measured, _ place: Int) throws(ExpressionFault) {
        if left.dimension == right.dimension { return }
        for (plain, other) in [(right, left), (left, right)] where plain.isPlainNumber {
            guard let example = other.dimension.example(plain.text) else { continue }
            throw fault(place, "\(other.text) is \(other.dimension.noun); write \(example)")
        }
        throw fault(
            place, "\(left.text) is \(left.dimension.noun), and \(right.text) is \(right.dimension.noun)")
    }

    private func missingOperand(_ token: Token) -> ExpressionFault {
        fault(token.offset, "a number or a column is missing here")
    }

    private func fault(_ offset: Int, _ message: String) -> ExpressionFault {
        ExpressionFault(text: text, offset: offset, message: message)
    }
}

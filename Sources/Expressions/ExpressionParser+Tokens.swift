/// The tokens of the text, one after another, and what is wrong with them.
extension ExpressionParser {
    var current: Token { tokens[min(index, tokens.count - 1)] }

    func requireEnd() throws(ExpressionFault) {
        guard current.kind != .end else { return }
        throw fault(current.offset, "an operator is missing before this")
    }

    mutating func takeName(_ name: String) -> Bool {
        guard current.kind == .name(name) else { return false }
        index += 1
        return true
    }

    mutating func takeSymbol(_ symbol: String) -> Bool {
        guard current.kind == .symbol(symbol) else { return false }
        index += 1
        return true
    }

    mutating func takeOperator(_ allowed: [ArithmeticOperator]) -> ArithmeticOperator? {
        guard case .symbol(let symbol) = current.kind, let sign = ArithmeticOperator(rawValue: symbol),
            allowed.contains(sign)
        else { return nil }
        index += 1
        return sign
    }

    mutating func require(_ symbol: String) throws(ExpressionFault) {
        if !takeSymbol(symbol) { throw fault(current.offset, "\"\(symbol)\" is missing here") }
    }

    mutating func deeper() throws(ExpressionFault) {
        depth += 1
        if depth > Self.deepest { throw fault(current.offset, "it nests deeper than \(Self.deepest) levels") }
    }

    // MARK: Faults

    func requireSame(_ left: Measured, _ right: Measured, _ place: Int) throws(ExpressionFault) {
        if left.dimension == right.dimension { return }
        for (plain, other) in [(right, left), (left, right)] where plain.isPlainNumber {
            guard let example = other.dimension.example(plain.text) else { continue }
            throw fault(place, "\(other.text) is \(other.dimension.noun); write \(example)")
        }
        throw fault(
            place, "\(left.text) is \(left.dimension.noun), and \(right.text) is \(right.dimension.noun)")
    }

    func missingOperand(_ token: Token) -> ExpressionFault {
        fault(token.offset, "a number or a column is missing here")
    }

    func fault(_ offset: Int, _ message: String) -> ExpressionFault {
        ExpressionFault(text: text, offset: offset, message: message)
    }
}

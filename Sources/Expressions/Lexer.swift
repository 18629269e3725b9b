/// A word of an expression.
struct Token: Equatable {
    enum Kind: Equatable {
        /// The number in seconds and bytes, with the dimension of its unit, and as written.
        case number(Double, Dimension, text: String)
        /// A column, function, subject, `and`, `or`, `not`.
        case name(String)
        /// A subject in quotation marks.
        case quoted(String)
        /// `<`, `<=`, `+`, `(`, …
        case symbol(String)
        case end
    }

    let kind: Kind
    /// Characters before it.
    let offset: Int
}

/// Splits the text of an expression into tokens.
struct Lexer {
    private let text: String
    private let characters: [Character]
    private var position = 0

    /// - Throws: ``ExpressionFault`` for a character or a number that an expression cannot have.
    static func tokens(of text: String) throws(ExpressionFault) -> [Token] {
        let length = text.unicodeScalars.count
        if length > Expression.longestText {
            let message = "the expression has \(length) characters; at most \(Expression.longestText) are allowed"
            throw ExpressionFault(text: String(text.prefix(24)) + "…", offset: 0, message: message)
        }
        var lexer = Lexer(text: text)
        var tokens: [Token] = []
        repeat { tokens.append(try lexer.next()) } while tokens.last?.kind != .end
        return tokens
    }

    private init(text: String) {
        self.text = text
        characters = Array(text)
    }

    private mutating func next() throws(ExpressionFault) -> Token {
        while let character = peek(), character.isWhitespace { position += 1 }
        let start = position
        guard let character = peek() else { return Token(kind: .end, offset: start) }
        if Self.isDigit(character) { return Token(kind: try number(), offset: start) }
        if Self.beginsName(character) { return Token(kind: .name(name()), offset: start) }
        if character == "\"" || character == "'" { return Token(kind: .quoted(try quoted(character)), offset: start) }
        let pair = String(characters[position...].prefix(2))
        for symbol in ["<=", ">=", "==", "!="] where pair == symbol {
            position += 2
            return Token(kind: .symbol(symbol), offset: start)
        }
        guard "<>+-*/().".contains(character) else {
            let advice = character == "=" ? "; did you mean \"==\"?" : ""
            throw fault(start, "\"\(character)\" has no meaning here\(advice)")
        }
        position += 1
        return Token(kind: .symbol(String(character)), offset: start)
    }

    private mutating func number() throws(ExpressionFault) -> Token.Kind {
        let start = position
        var digits = take(while: Self.isDigit)
        if peek() == ".", let after = peek(1), Self.isDigit(after) {
            position += 1
            digits += "." + take(while: Self.isDigit)
        }
        let unit = takeUnit()
        guard let value = Double(digits) else { throw fault(start, "\"\(digits)\" is not a number") }
        if unit.isEmpty { return .number(value, .number, text: digits) }
        guard let known = Unit(unit) else {
            throw fault(
                start,
                """
                the unit "\(unit.prefix(20))" is unknown; allowed: ns, us, ms, s, min, h, B, kB, KiB, MB, MiB, GB, \
                GiB, /s, /min, /h, B/s, Mbit/s, %
                """)
        }
        return .number(value * known.factor, known.dimension, text: digits + unit)
    }

    // `ms`, `%`, `Mbit/s`, `/s`. A slash belongs to the number only before a unit of time: `10/s`, but not `10/count`.
    private mutating func takeUnit() -> String {
        if peek() == "%" {
            position += 1
            return "%"
        }
        let letters = take(while: \.isLetter)
        guard peek() == "/" else { return letters }
        let before = position
        position += 1
        let time = take(while: Self.isInName)
        if Unit(letters + "/" + time) != nil { return letters + "/" + time }
        position = before
        return letters
    }

    // A hyphen or a point belongs to the name if a letter or digit follows: `long-poll.missed`.
    private mutating func name() -> String {
        var name = ""
        while let character = peek() {
            if !Self.isInName(character) {
                guard "-.".contains(character), let after = peek(1), Self.isInName(after) else { break }
            }
            name.append(character)
            position += 1
        }
        return name
    }

    private mutating func quoted(_ mark: Character) throws(ExpressionFault) -> String {
        let start = position
        position += 1
        let name = take { $0 != mark }
        guard peek() == mark else { throw fault(start, "the quotation mark has no second one") }
        position += 1
        return name
    }

    private mutating func take(while isTaken: (Character) -> Bool) -> String {
        var taken = ""
        while let character = peek(), isTaken(character) {
            taken.append(character)
            position += 1
        }
        return taken
    }

    private func peek(_ distance: Int = 0) -> Character? {
        let index = position + distance
        return index < characters.count ? characters[index] : nil
    }

    private func fault(_ offset: Int, _ message: String) -> ExpressionFault {
        ExpressionFault(text: text, offset: offset, message: message)
    }

    private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }
    private static func beginsName(_ character: Character) -> Bool { character.isLetter || character == "_" }
    private static func isInName(_ character: Character) -> Bool { beginsName(character) || isDigit(character) }
}

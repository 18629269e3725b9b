/// One line of a terminal: pieces of text, each in its own ink. Every character takes one column.
struct ScreenLine: Sendable, Equatable {
    enum Ink: Sendable, Hashable {
        case plain
        case bold
        case dim
        case red
        /// White on one of the terminal's 256 colours.
        case on(Int)

        fileprivate var code: String {
            switch self {
            case .plain: ""
            case .bold: "1"
            case .dim: "2"
            case .red: "31"
            case .on(let colour): "97;48;5;\(colour)"
            }
        }
    }

    private struct Piece: Sendable, Equatable {
        let text: String
        let ink: Ink
    }

    private var pieces: [Piece] = []

    init(_ text: String = "", _ ink: Ink = .plain) {
        add(text, ink)
    }

    var width: Int { pieces.reduce(0) { $0 + $1.text.count } }

    mutating func add(_ text: String, _ ink: Ink = .plain) {
        if !text.isEmpty { pieces.append(Piece(text: text, ink: ink)) }
    }

    /// The text, cut to a width.
    ///
    /// - Parameters:
    ///   - columns: Maximum width.
    ///   - colours: Whether to add the control sequences of the inks (ECMA-48, SGR).
    /// - Returns: The text, without a line end.
    func text(columns: Int, colours: Bool) -> String {
        var text = ""
        var left = columns
        for piece in pieces where left > 0 {
            let part = piece.text.prefix(left)
            left -= part.count
            let code = colours ? piece.ink.code : ""
            text += code.isEmpty ? String(part) : "\u{1b}[\(code)m\(part)\u{1b}[0m"
        }
        return text
    }
}

extension String {
    /// Filled with spaces on the right.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - count)) }

    /// Filled with spaces on the left.
    func aligned(to width: Int) -> String { String(repeating: " ", count: Swift.max(0, width - count)) + self }
}

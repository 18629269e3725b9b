/// The beginning of a command line that runs a program in another place and joins its standard input and output:
/// `ssh {host}`, or `srun --nodes=1 --nodelist={host}`.
///
/// The text is split into words as a shell does it, without a shell: blanks separate words; `'…'` is literal; within
/// `"…"`, a backslash makes `"` and `\` literal; outside of quotes it makes any character literal. Then `{host}` is
/// replaced in each word, and `{program}` by the program with its arguments: a word of its own becomes several words;
/// within a longer word, which another shell may read, they are quoted for that shell. Without `{program}`, the program
/// and its arguments follow the last word.
package struct LaunchPrefix: Sendable, Hashable {
    /// As given.
    package let text: String
    private let words: [String]

    /// Placeholders that are replaced.
    private static let host = "{host}"
    private static let program = "{program}"

    /// - Throws: ``LaunchPrefixFault``, what is wrong with the text.
    package init(_ text: String) throws(LaunchPrefixFault) {
        self.text = text
        words = try Self.split(text)
        guard let first = words.first, !first.isEmpty else { throw LaunchPrefixFault("it names no command") }
        for word in words {
            if let unknown = Self.unknownPlaceholder(in: word) {
                throw LaunchPrefixFault("it has \(unknown); allowed are \(Self.host) and \(Self.program)")
            }
        }
    }

    /// Whether it says where the program runs.
    package var namesHost: Bool { words.contains { $0.contains(Self.host) } }

    /// The command line that runs a program.
    ///
    /// - Parameters:
    ///   - program: The program's path in that place, and its arguments.
    ///   - host: Replaces `{host}`.
    /// - Returns: The command and its arguments.
    package func command(_ program: [String], on host: String) -> [String] {
        let quoted = program.map(Self.quoted).joined(separator: " ")
        let hasProgram = words.contains { $0.contains(Self.program) }
        let replaced = words.flatMap { word -> [String] in
            if word == Self.program { return program }
            return [word.replacing(Self.host, with: host).replacing(Self.program, with: quoted)]
        }
        return hasProgram ? replaced : replaced + program
    }

    /// The word as a POSIX shell reads it as one word.
    static func quoted(_ word: String) -> String {
        let isPlain = word.allSatisfy { character in
            character.isASCII && (character.isLetter || character.isNumber || "-_./:=,+@%".contains(character))
        }
        return isPlain && !word.isEmpty ? word : "'" + word.replacing("'", with: #"'\''"#) + "'"
    }

    private static func unknownPlaceholder(in word: String) -> String? {
        word.matches(of: #/\{[A-Za-z]+\}/#).map { String($0.output) }.first { $0 != host && $0 != program }
    }

    private static func split(_ text: String) throws(LaunchPrefixFault) -> [String] {
        var splitter = WordSplitter()
        for character in text { splitter.take(character) }
        return try splitter.finish()
    }
}

/// Why a launch prefix cannot be used; what follows `--launch: `.
package struct LaunchPrefixFault: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

/// Splits a command line into words.
private struct WordSplitter {
    private enum Quote { case none, single, double }

    private var words: [String] = []
    // `nil` between words: '' is a word without characters.
    private var word: String?
    private var quote = Quote.none
    private var isEscaped = false

    mutating func take(_ character: Character) {
        if isEscaped {
            isEscaped = false
            // Within double quotes, a backslash before other characters is one itself.
            if quote == .double, character != "\"", character != "\\" { append("\\") }
            return append(character)
        }
        switch (quote, character) {
        case (.none, "\\"), (.double, "\\"): isEscaped = true
        case (.none, "'"): open(.single)
        case (.none, "\""): open(.double)
        case (.single, "'"), (.double, "\""): quote = .none
        case (.none, _) where character.isWhitespace: end()
        default: append(character)
        }
    }

    mutating func finish() throws(LaunchPrefixFault) -> [String] {
        if isEscaped { throw LaunchPrefixFault("its last character is a backslash, which needs one after it") }
        switch quote {
        case .single: throw LaunchPrefixFault("a ' has no second one")
        case .double: throw LaunchPrefixFault("a \" has no second one")
        case .none: end()
        }
        return words
    }

    private mutating func append(_ character: Character) { word = (word ?? "") + String(character) }

    private mutating func open(_ quote: Quote) {
        self.quote = quote
        word = word ?? ""
    }

    private mutating func end() {
        if let word { words.append(word) }
        word = nil
    }
}

/// The space between a number and its unit, at which no line must break: `8.80 ms`.
package enum UnitSpace {
    private static let units: Set<Substring> = [
        "ns", "µs", "us", "ms", "s", "min", "h", "B", "kB", "MB", "GB", "KiB", "MiB", "GiB", "B/s", "kB/s", "MB/s",
        "bit/s", "kbit/s", "Mbit/s", "Gbit/s", "/s", "%",
    ]

    /// Whether a line must not break between two words of a text.
    package static func isBetween(_ number: Substring, _ word: Substring) -> Bool {
        guard let last = number.last, last.isASCII, last.isNumber else { return false }
        let end = word.lastIndex { !".,;:!?)\"".contains($0) }
        return end.map { units.contains(word[...$0]) } ?? false
    }

    /// The words of a text, where a number and its unit are one.
    static func words(of text: String) -> [Substring] {
        var words: [Substring] = []
        for word in text.split(separator: " ") {
            // Both are parts of one text, with one space or more between them.
            if let last = words.last, isBetween(last, word), text.index(after: last.endIndex) == word.startIndex {
                words[words.count - 1] = text[last.startIndex..<word.endIndex]
            } else {
                words.append(word)
            }
        }
        return words
    }

    /// The text with no-break spaces there.
    package static func unbroken(_ text: String) -> String {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard let first = words.first else { return text }
        return zip(words, words.dropFirst()).reduce(into: String(first)) { line, pair in
            line += (isBetween(pair.0, pair.1) ? "\u{A0}" : " ") + pair.1
        }
    }
}

/// Finds the most likely correct spelling of a word.
package enum Spelling {
    /// `; did you mean run?`, or an empty text if no candidate is close.
    ///
    /// - Parameters:
    ///   - word: The word as written.
    ///   - candidates: The allowed words.
    ///   - otherNames: Other names of candidates, in lower case.
    /// - Returns: The part of a sentence that follows the allowed words.
    package static func suggestion(
        for word: String, among candidates: [String], otherNames: [String: String] = [:]
    ) -> String {
        let known = otherNames[word.lowercased()].flatMap { candidates.contains($0) ? $0 : nil }
        return (known ?? nearest(to: word, among: candidates)).map { "; did you mean \($0)?" } ?? ""
    }

    /// The closest candidate: at most two edits away, or one edit for words of up to three letters.
    package static func nearest(to word: String, among candidates: [String]) -> String? {
        let characters = Array(word.lowercased().prefix(64))
        let nearest = candidates.map { (name: $0, distance: distance(characters, Array($0.lowercased()))) }
            .min { $0.distance < $1.distance }
        let limit = characters.count <= 3 ? 1 : 2
        guard let nearest, nearest.distance <= limit, nearest.distance < nearest.name.count else { return nil }
        return nearest.name
    }

    /// The number of insertions, deletions, replacements and swaps of adjacent letters between two words (optimal
    /// string alignment).
    private static func distance(_ first: [Character], _ second: [Character]) -> Int {
        var beforePrevious: [Int] = []
        var previous = Array(0...second.count)
        for row in 1..<(first.count + 1) {
            var current = [row]
            for column in 1..<(second.count + 1) {
                let isSame = first[row - 1] == second[column - 1]
                var best = min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + (isSame ? 0 : 1))
                if row > 1, column > 1, first[row - 1] == second[column - 2], first[row - 2] == second[column - 1] {
                    best = min(best, beforePrevious[column - 2] + 1)
                }
                current.append(best)
            }
            (beforePrevious, previous) = (previous, current)
        }
        return previous[second.count]
    }
}

/// Values as sentences show them: a number with its unit as it is, other text in quotes, both at most 64 characters.
package enum ShownValue {
    package static func text(_ value: some StringProtocol) -> String {
        let shown = value.count > 64 ? value.prefix(64) + "…" : String(value)
        let isNumber = value.first(where: { $0 != "-" && $0 != "+" })?.isNumber == true
        let isOneWord = value.allSatisfy { $0.isLetter || $0.isNumber || "-+./:".contains($0) }
        return isNumber && isOneWord ? shown : "\"\(shown)\""
    }
}

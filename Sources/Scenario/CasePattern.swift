/// A pattern for the ids of cases: `*` is any text, `?` any character; everything else is itself.
package struct CasePattern: Sendable, Hashable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// Whether the whole id fits the pattern.
    package func matches(_ id: String) -> Bool {
        let (pattern, id) = (Array(text), Array(id))
        var (place, position) = (0, 0)
        // Where to go on if the last `*` covers one more character.
        var retry: (place: Int, position: Int)?
        while position < id.count {
            if place < pattern.count, pattern[place] == "*" {
                retry = (place + 1, position)
                place += 1
            } else if place < pattern.count, pattern[place] == "?" || pattern[place] == id[position] {
                place += 1
                position += 1
            } else if let last = retry {
                retry = (last.place, last.position + 1)
                (place, position) = (last.place, last.position + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == "*" }
    }
}

/// A pattern that no case of a scenario matches.
package struct UnmatchedPattern: Error, Equatable, Sendable, CustomStringConvertible {
    let pattern: CasePattern
    /// The id of a case.
    let example: String

    package var description: String {
        let hasStar = pattern.text.contains { "*?".contains($0) }
        let advice = hasStar ? "" : "; a pattern fits the whole id: write \"*\(pattern.text)*\" for a part of it"
        return "--only is \"\(pattern.text.prefix(64))\", which fits no case; one is \(example)\(advice); "
            + "'pushlab validate' lists them"
    }
}

import NIOCore

/// Entity tags (RFC 9110 §8.8.3): the sequence of the newest item, in quotes.
enum EntityTag {
    static func text(_ sequence: UInt64) -> String { "\"\(sequence)\"" }

    /// Whether the value of an `If-None-Match` names this sequence. Tags are compared weakly, as §13.1.2 asks.
    static func list(_ value: String, names sequence: UInt64) -> Bool {
        let wanted = text(sequence)
        return value.split(separator: ",").contains { part in
            let tag = part.trimmingPrefix { $0 == " " || $0 == "\t" }
            let end = tag.lastIndex { $0 != " " && $0 != "\t" }
            guard let end else { return false }
            let trimmed = tag[...end]
            return trimmed == "*" || trimmed == wanted || trimmed == "W/" + wanted
        }
    }
}

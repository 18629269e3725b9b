import HTTP

/// A regular expression with a capture group, compiled once and shared by all clients.
///
/// `@unchecked Sendable` is safe because nothing changes after `init`: the expression is made from text, so it contains
/// no code of ours, and the first search, which completes it, is made in `init`.
final class ItemPattern: @unchecked Sendable {
    private let regex: Regex<AnyRegexOutput>

    /// Only this much of an item is searched, so that a long item does not cost seconds.
    static let searchedBytes = 64 << 10

    /// - Parameter text: In the syntax of Swift's `Regex`, which is almost that of Perl.
    /// - Throws: ``ForeignFormFault`` if it cannot be read, or if it has no group.
    init(_ text: String) throws(ForeignFormFault) {
        guard ItemPattern.hasGroup(text) else {
            throw ForeignFormFault(
                "the pattern \(text.quotedLine) has no group; put the number in parentheses, as in id=([0-9]+)")
        }
        guard let read = try? Regex<AnyRegexOutput>(text) else {
            throw ForeignFormFault(
                "\(text.quotedLine) is not a regular expression; allowed is the syntax of Perl, or a JSON Pointer such "
                    + "as /id")
        }
        // Searches scalars, not characters: a mark after a digit must not hide it.
        regex = read.matchingSemantics(.unicodeScalar).asciiOnlyDigits()
        _ = try? regex.firstMatch(in: "")
    }

    /// What the first group matches; `nil` if the item does not match.
    func value(in item: UnsafeRawBufferPointer) -> Substring? {
        let text = String(decoding: item.prefix(Self.searchedBytes), as: UTF8.self)
        guard let match = try? regex.firstMatch(in: text), match.output.count > 1 else { return nil }
        return match.output[1].substring
    }

    /// Whether there is a group that captures: `(` or `(?<name>`, not in a set and not escaped.
    private static func hasGroup(_ text: String) -> Bool {
        var rest = text.unicodeScalars[...]
        var setDepth = 0
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\\": rest = rest.dropFirst()
            case "[": setDepth += 1
            case "]": setDepth = max(0, setDepth - 1)
            case "(" where setDepth == 0 && captures(rest): return true
            default: break
            }
        }
        return false
    }

    // `rest` follows an opening parenthesis.
    private static func captures(_ rest: Substring.UnicodeScalarView) -> Bool {
        guard rest.first == "?" else { return rest.first != "*" }
        let kind = String(rest.dropFirst().prefix(2))
        if kind == "P<" { return true }
        return kind.hasPrefix("<") && kind != "<=" && kind != "<!"
    }
}

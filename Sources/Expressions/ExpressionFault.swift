/// Why a text is not an expression, in one sentence.
package struct ExpressionFault: Error, Equatable, Sendable, CustomStringConvertible {
    /// The expression as written.
    let text: String
    /// Where the problem begins: the number of characters before it.
    let offset: Int
    /// What is wrong and what is allowed, without the place.
    let message: String

    /// One line: at most 200 characters of the expression, the place, the message.
    package var description: String {
        let place = offset < text.count ? " at \"\(shownRest)\"" : " at its end"
        return "\"\(text.prefix(200))\"\(place): \(message)"
    }

    // One line, not longer than needed to find the place.
    private var shownRest: String {
        let rest = text.dropFirst(offset)
        return rest.count > 24 ? rest.prefix(24) + "…" : String(rest)
    }
}

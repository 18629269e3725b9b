extension String {
    var trimmingTrailingSpaces: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }

    /// Safe as text in Markdown, in a table as well.
    var markdownEscaped: String {
        var escaped = ""
        for character in self {
            if "\\`*_[]<>|~".contains(character) { escaped.append("\\") }
            escaped += character.isNewline ? " " : String(character)
        }
        return escaped
    }

    /// Safe as text and in attributes of HTML, SVG and XML; control characters, which XML forbids, are left out.
    var markupEscaped: String {
        var escaped = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\t", "\n", "\r": escaped += " "
            case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": continue
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

import Measurement

extension String {
    var trimmingTrailingSpaces: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }

    /// Escaped for Markdown text, also inside a table.
    var markdownEscaped: String {
        var escaped = ""
        for character in self {
            if "\\`*_[]<>|~".contains(character) { escaped.append("\\") }
            escaped += character.isNewline ? " " : String(character)
        }
        return escaped
    }

    /// Escaped for text of a page, where no line breaks between a number and its unit.
    var pageText: String { UnitSpace.unbroken(self).markupEscaped }

    /// Escaped for text and attributes of HTML, SVG and XML. Removes control characters, which XML forbids.
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

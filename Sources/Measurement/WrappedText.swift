/// Text in lines, broken between words only.
package enum WrappedText {
    /// - Parameters:
    ///   - text: Words; a word that is wider than a line stands on a line of its own, whole.
    ///   - columns: The widest line, in characters.
    ///   - indent: Spaces in front of the first line.
    ///   - hanging: Further spaces in front of the others.
    /// - Returns: One line or more.
    package static func lines(_ text: String, columns: Int, indent: Int = 0, hanging: Int = 0) -> [String] {
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = []
        var line = margin
        var isEmpty = true
        for word in text.split(separator: " ") {
            if !isEmpty, line.count + 1 + word.count > columns {
                lines.append(line)
                line = margin + String(repeating: " ", count: hanging) + word
            } else {
                line += (isEmpty ? "" : " ") + word
            }
            isEmpty = false
        }
        return lines + [line]
    }
}

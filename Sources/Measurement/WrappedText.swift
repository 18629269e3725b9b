/// Breaks text into lines between words, but not between a number and its unit.
package enum WrappedText {
    /// - Parameters:
    ///   - text: The words. A word that is wider than a line is kept whole on a separate line.
    ///   - columns: Maximum width of a line, in characters.
    ///   - indent: Spaces before each line.
    ///   - hanging: Further spaces before all lines but the first.
    /// - Returns: One line or more.
    package static func lines(_ text: String, columns: Int, indent: Int = 0, hanging: Int = 0) -> [String] {
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = []
        var line = margin
        var isEmpty = true
        for word in UnitSpace.words(of: text) {
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

/// A cautious count of what makes YAML expensive, taken from its characters alone.
///
/// Quotes are not followed: a quoted bracket counts too, so the count is never too low.
struct SourceShape {
    private(set) var aliases = 0
    private(set) var depth = 0
    private var openBrackets = 0

    mutating func readLine(_ line: some StringProtocol) {
        var previous: Character = " "
        var marksOnLine = 0
        var isInIndent = true
        for character in line {
            switch character {
            case "[", "{": openBrackets += 1
            case "]", "}": openBrackets = max(0, openBrackets - 1)
            case "*" where " \t[{,:-?".contains(previous): aliases += 1
            // `- - - -` opens a list each.
            case "-", "?": marksOnLine += isInIndent ? 1 : 0
            default: break
            }
            if !" -?\t".contains(character) { isInIndent = false }
            depth = max(depth, openBrackets + marksOnLine)
            previous = character
        }
    }
}

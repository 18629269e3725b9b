/// Counts aliases and nesting depth of YAML from its characters, before it is parsed.
///
/// It does not parse quotes: quoted brackets count too, so the counts are never too low.
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
            // Each `-` of `- - - -` opens a list.
            case "-", "?": marksOnLine += isInIndent ? 1 : 0
            default: break
            }
            if !" -?\t".contains(character) { isInIndent = false }
            depth = max(depth, openBrackets + marksOnLine)
            previous = character
        }
    }
}

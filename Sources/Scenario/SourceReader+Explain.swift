import Yams

extension SourceReader {
    /// Turns an error of Yams into one sentence with its line.
    func explain(_ error: any Error, in yaml: String) -> ScenarioError {
        guard let error = error as? YamlError else { return ScenarioError(at: locate(1), "not YAML: \(error)") }
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            return ScenarioError(at: locate(mark.line), "not YAML: \(sentence(context, problem, mark, in: yaml))")
        case .composer(_, let problem, let mark, _) where problem.contains("another document"):
            return ScenarioError(at: locate(mark.line), "a second document starts here; \(noun) is one document")
        case .composer(_, let problem, let mark, _) where problem.contains("undefined alias"):
            return ScenarioError(at: locate(mark.line), Self.undefinedAlias(mark, in: yaml))
        case .composer(_, let problem, let mark, _):
            return ScenarioError(at: locate(mark.line), "not YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            return duplicate(duplicates.first ?? "a field", context.mark, in: yaml)
        case .reader(let problem, let offset, _, _):
            let line = yaml.prefix(offset ?? 0).count(where: \.isNewline) + 1
            return ScenarioError(at: locate(line), "not YAML: \(problem)")
        default:
            return ScenarioError(at: locate(1), "not YAML: \(error)")
        }
    }

    private static func undefinedAlias(_ mark: Mark, in yaml: String) -> String {
        let lines = lines(of: yaml)
        let rest = mark.line <= lines.count ? lines[mark.line - 1].drop { $0 != "*" } : ""
        let name = rest.prefix { !$0.isWhitespace && !",]}".contains($0) }.prefix(40)
        return "\(name) has no anchor \(name.replacing("*", with: "&")) above it; write the value, or in quotes a text "
            + "that begins with *"
    }

    /// Yams gives the place of the first field; the second is the one to remove.
    private func duplicate(_ name: String, _ first: Mark, in yaml: String) -> ScenarioError {
        let lines = Self.lines(of: yaml)
        let second = lines.indices.dropFirst(first.line).first {
            lines[$0].dropFirst(first.column - 1).prefix { $0 != ":" } == name
        }
        guard let second else { return ScenarioError(at: locate(first.line), "\(name) is given twice") }
        return ScenarioError(at: locate(second + 1), "\(name) is given twice, first in line \(first.line)")
    }

    private func sentence(_ context: YamlError.Context?, _ problem: String, _ mark: Mark, in yaml: String) -> String {
        let lines = Self.lines(of: yaml)
        let line = mark.line <= lines.count ? lines[mark.line - 1] : ""
        if line.prefix(while: \.isWhitespace).contains("\t") { return "a tab indents this line; allowed are spaces" }
        let isMapping = problem.contains("mapping values are not allowed")
        let isBlock = problem.contains("did not find expected") && context?.text.contains("block") == true
        if isBlock || isMapping && Self.continues(lines.prefix(mark.line)) {
            return "check that this line is indented like the line above it"
        }
        if isMapping { return "a text that contains ': ' needs quotes, such as question: \"What: why?\"" }
        guard let context else { return problem }
        return "\(problem) \(context.text)"
    }

    /// Whether YAML reads the last line as a part of the value in the line above it.
    private static func continues(_ lines: ArraySlice<Substring>) -> Bool {
        guard let last = lines.last, let above = lines.dropLast().last else { return false }
        let indents = [above, last].map { $0.prefix { $0 == " " }.count }
        return indents[1] > indents[0] && above.last != ":"
    }

    static func lines(of yaml: String) -> [Substring] {
        yaml.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    }
}

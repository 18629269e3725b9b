import Yams

extension SourceReader {
    /// Turns an error of Yams into one sentence with its line.
    func explain(_ error: any Error, in yaml: String) -> ScenarioError {
        guard let error = error as? YamlError else { return ScenarioError(at: locate(1), "not YAML: \(error)") }
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            return ScenarioError(at: locate(mark.line), "not YAML: \(sentence(context, problem, mark, in: yaml))")
        case .composer(_, let problem, let mark, _) where problem.contains("another document"):
            return ScenarioError(at: locate(mark.line), "a second document starts here; a scenario is one document")
        case .composer(_, let problem, let mark, _):
            return ScenarioError(at: locate(mark.line), "not YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            return ScenarioError(at: locate(context.mark.line), "\(duplicates.joined(separator: ", ")) is given twice")
        case .reader(let problem, let offset, _, _):
            let line = yaml.prefix(offset ?? 0).count(where: \.isNewline) + 1
            return ScenarioError(at: locate(line), "not YAML: \(problem)")
        default:
            return ScenarioError(at: locate(1), "not YAML: \(error)")
        }
    }

    private func sentence(_ context: YamlError.Context?, _ problem: String, _ mark: Mark, in yaml: String) -> String {
        let lines = yaml.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        if mark.line <= lines.count, lines[mark.line - 1].prefix(while: \.isWhitespace).contains("\t") {
            return "a tab indents this line; allowed are spaces"
        }
        if problem.contains("mapping values are not allowed") {
            return "a text that contains ': ' needs quotes, such as question: \"What: why?\""
        }
        guard let context else { return problem }
        return "\(problem) \(context.text)"
    }
}

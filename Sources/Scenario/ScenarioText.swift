/// A scenario's text with overrides applied; its fields are not checked yet.
struct ScenarioText: Sendable {
    /// Name for error messages, as given by the user; relative paths in the text start at its folder.
    let file: String
    let text: String
    var root: SourceNode

    /// Reads YAML.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - file: Its path.
    ///   - noun: What it is, for messages.
    /// - Throws: ``ScenarioErrors`` if the text is not one YAML document within bounds.
    init(_ text: String, file: String, noun: String = SourceReader.scenario) throws(ScenarioErrors) {
        self.file = file
        self.text = text
        var reader = SourceReader(of: noun) { .line($0, file: file) }
        do {
            // YAML 1.2 §5.2 allows a byte order mark, which editors on Windows write.
            let hasMark = text.unicodeScalars.first == "\u{FEFF}"
            root = try reader.read(hasMark ? String(text.unicodeScalars.dropFirst()) : text)
        } catch {
            throw ScenarioErrors(errors: [error])
        }
    }

    /// The same text with values replaced: `duration=5s`, `transports[0].interval=250ms`, `clients=[10,100]`.
    ///
    /// An override can also add a field. The fields are checked when the text is read as a ``Scenario``; an error then
    /// names the override as its place.
    func applying(overrides: [String]) throws(ScenarioErrors) -> ScenarioText {
        var copy = self
        var errors: [ScenarioError] = []
        for text in overrides {
            do {
                try ScenarioOverride(text).apply(to: &copy.root)
            } catch {
                errors.append(error)
            }
        }
        guard errors.isEmpty else { throw ScenarioErrors(errors: errors) }
        return copy
    }
}

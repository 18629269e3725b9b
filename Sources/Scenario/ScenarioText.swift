/// A scenario's text with its overrides applied, not yet checked against the fields.
struct ScenarioText: Sendable {
    /// The name for messages, as the user gave it; relative paths in the text start at its folder.
    let file: String
    let text: String
    private(set) var root: SourceNode

    /// Reads YAML.
    ///
    /// - Throws: ``ScenarioErrors`` if the text is not one YAML document within bounds.
    init(_ text: String, file: String) throws(ScenarioErrors) {
        self.file = file
        self.text = text
        var reader = SourceReader { .line($0, file: file) }
        do {
            // Editors on Windows put a byte order mark in front, which YAML allows (1.2, §5.2).
            let hasMark = text.unicodeScalars.first == "\u{FEFF}"
            root = try reader.read(hasMark ? String(text.unicodeScalars.dropFirst()) : text)
        } catch {
            throw ScenarioErrors(errors: [error])
        }
    }

    /// The same text with values replaced: `duration=5s`, `transports[0].interval=250ms`, `clients=[10,100]`.
    ///
    /// A field that the text leaves to its default may be set too; whether it is a legal one shows when the text is
    /// read as a ``Scenario``, with the override as the place of the error.
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

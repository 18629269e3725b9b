/// One mistake in a scenario: a sentence with its place.
package struct ScenarioError: Error, Hashable, Sendable, CustomStringConvertible {
    enum Location: Sendable, Hashable {
        /// A line of the scenario file, counted from 1.
        case line(Int, file: String)
        /// An override as given: `duration=5s`.
        case override(String)
    }

    let location: Location
    let message: String

    init(at location: Location, _ message: String) {
        self.location = location
        self.message = message
    }

    /// `nil` for an override.
    var file: String? {
        guard case .line(_, let file) = location else { return nil }
        return file
    }

    /// `nil` for an override.
    var line: Int? {
        guard case .line(let line, _) = location else { return nil }
        return line
    }

    /// `Scenarios/idle.yaml:7: hold is 0 s; allowed 1 ms to 120 s`.
    package var description: String {
        switch location {
        case .line(let line, let file): "\(file):\(line): \(message)"
        case .override(let text): "--set \(Self.shown(text)): \(message)"
        }
    }

    /// Of a long override only the path: it may have several mistakes, each on its own line.
    private static func shown(_ text: String) -> Substring {
        text.count > 40 ? text.prefix { $0 != "=" }.prefix(40) : Substring(text)
    }
}

/// All mistakes found in a scenario: at least one, in the order of the text.
package struct ScenarioErrors: Error, Equatable, Sendable, CustomStringConvertible {
    package let errors: [ScenarioError]

    package init(errors: [ScenarioError]) {
        self.errors = errors
    }

    /// One line per mistake.
    package var description: String {
        errors.map(\.description).joined(separator: "\n")
    }
}

extension [ScenarioError] {
    /// Sorted by file and line, overrides last.
    ///
    /// - Parameter first: The file that comes before all others; `nil` if there is only one.
    /// - Returns: The same errors.
    func inTextOrder(first: String? = nil) -> [ScenarioError] {
        func place(_ error: ScenarioError) -> (Int, String, Int) {
            guard let line = error.line, let file = error.file else { return (2, "", 0) }
            return (file == first ? 0 : 1, file, line)
        }
        return enumerated()
            .sorted { left, right in
                let (one, other) = (place(left.element), place(right.element))
                return one == other ? left.offset < right.offset : one < other
            }
            .map(\.element)
    }
}

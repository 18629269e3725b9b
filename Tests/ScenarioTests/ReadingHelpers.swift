import Scenario
import Testing

/// Reads a scenario that is called `Scenarios/idle.yaml`.
func read(_ text: String, overrides: [String] = []) throws(ScenarioErrors) -> Scenario {
    try Scenario(text: text, file: "Scenarios/idle.yaml", overrides: overrides)
}

/// What the command line would print for a scenario, a line a mistake.
func messages(_ text: String, overrides: [String] = []) -> [String] {
    do {
        _ = try read(text, overrides: overrides)
        return []
    } catch {
        return error.errors.map(\.description)
    }
}

/// A valid scenario of three lines, to which a test adds the line it is about as line 4.
let minimal = """
    name: idle
    feeds: [{source: synthetic}]
    transports: [{use: short-poll}]

    """

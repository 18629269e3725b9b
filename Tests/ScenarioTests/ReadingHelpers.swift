import Scenario
import Testing

/// Reads a scenario with the file name `Scenarios/idle.yaml`.
func read(_ text: String, overrides: [String] = []) throws(ScenarioErrors) -> Scenario {
    try Scenario(text: text, file: "Scenarios/idle.yaml", overrides: overrides)
}

/// The errors that the command line prints for a scenario.
func messages(_ text: String, overrides: [String] = []) -> [String] {
    do {
        _ = try read(text, overrides: overrides)
        return []
    } catch {
        return error.errors.map(\.description)
    }
}

/// A valid scenario of three lines; a test adds its own line as line 4.
let minimal = """
    name: idle
    feeds: [{source: synthetic}]
    transports: [{use: short-poll}]

    """

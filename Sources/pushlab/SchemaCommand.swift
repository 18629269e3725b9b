import ArgumentParser
import ResultFiles
import Scenario

struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Prints the JSON Schema of scenarios, for editors and validators.",
        discussion: """
            Save it next to your scenarios, and begin each with: # yaml-language-server: \
            $schema=\(ScenarioSchema.fileName). 'pushlab validate' also checks how fields work together.
            """)

    func run() async throws {
        print(ScenarioSchema.json().text())
    }
}

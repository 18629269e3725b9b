import ArgumentParser
import Arguments
import Host
import Lab
import Measurement
import Scenario

struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Checks a scenario and lists its cases; runs nothing.")

    @Argument(
        help: "The scenario: a YAML file, or the name of an installed one.", completion: .file(extensions: ["yaml"]))
    var scenario: String

    @Option(name: .customLong("set"), help: "Changes a field before the check.")
    var changes: [String] = []

    func run() async throws {
        let scenario = try ScenarioFile(scenario, overrides: changes).scenario
        do {
            try ScenarioRecordings.check(scenario)
            try NginxProgram.check(for: scenario)
        } catch {
            throw Failure("\(error)", code: .usage)
        }
        let cases = scenario.cases()
        for experimentCase in cases { print(experimentCase.id) }
        let runs = cases.count * scenario.repeats
        print("\(cases.count) cases, \(runs) runs, \(scenario.measuringTime.spokenText) of warm-up and measurement")
    }
}

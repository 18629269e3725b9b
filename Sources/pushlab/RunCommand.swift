import ArgumentParser
import Arguments
import Lab
import Scenario

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs a scenario and writes a folder of results.")

    @Argument(help: "The scenario, a YAML file; Scenarios/README.md explains every field.")
    var scenario: String

    @Option(
        help: """
            The run's folder, which must not exist, in a folder that does. Without it: \
            Results/<scenario>/<UTC>-<seed>.
            """)
    var out: String?

    @Option(help: "Runs each case so often, instead of what the scenario says.")
    var repeats: Int?

    @Option(help: "The seed, instead of the scenario's.")
    var seed: UInt64?

    @Flag(
        help: "Draw WebSocket keys and masks from the seed, to replay a run to the byte; anyone can foresee them then.")
    var seededMasks = false

    @Option(name: .customLong("set"), help: "Changes a field: --set duration=5s --set transports[0].interval=250ms.")
    var changes: [String] = []

    @Flag(help: "No progress and no table; only errors.")
    var quiet = false

    @OptionGroup(visibility: .hidden)
    var faults: FaultOptions

    func run() async throws {
        let file = try ScenarioFile(scenario, overrides: overrides)
        if let sentence = faults.faults.sentence { Complaint.show(sentence) }
        let ending = try await RunControl.interruptible { try await makeRunner(file).run() }
        try RunControl.conclude(ending, quiet: quiet)
    }

    /// Changes of fields, in the order in which they are made.
    var overrides: [String] {
        changes + (repeats.map { ["repeats=\($0)"] } ?? []) + (seed.map { ["seed=\($0)"] } ?? [])
    }

    private func makeRunner(_ file: ScenarioFile) throws -> Runner {
        do {
            let settings = try RunSettings(out: out, seedsMasks: seededMasks, quiet: quiet)
            return try Runner(file.scenario, text: file.text, faults: faults.faults, settings: settings)
        } catch {
            throw Failure("\(error)", code: .usage)
        }
    }
}

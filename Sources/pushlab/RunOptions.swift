import ArgumentParser
import Arguments
import Host
import Lab
import Scenario

/// What `run` and `validate` are told: a command line of one is a command line of the other.
struct RunOptions: ParsableArguments {
    @Argument(
        help: """
            The scenario: a YAML file, or the name of an installed one, such as quickstart. Scenarios/README.md explains \
            every field.
            """,
        completion: .file(extensions: ["yaml"]))
    var scenario: String

    @Option(
        help: """
            The run's folder, which must not exist, in a folder that does. Without it: \
            Results/<scenario>/<UTC>-<seed>.
            """)
    var out: String?

    @Option(
        parsing: .unconditional, help: "Repeats per case, 1 to 1000; overrides the scenario.",
        transform: ArgumentReading.number(in: 1...1_000))
    var repeats: Int?

    @Option(
        parsing: .unconditional, help: "The seed; overrides the scenario.",
        transform: ArgumentReading.number(in: 0...Int.max))
    var seed: Int?

    @Flag(help: "Draw WebSocket keys and masks from the seed, to replay a run exactly; this makes them predictable.")
    var seededMasks = false

    @Option(name: .customLong("set"), help: "Change a field: --set duration=5s --set transports[0].interval=250ms.")
    var changes: [String] = []

    @Flag(help: "Print errors only.")
    var quiet = false

    /// - Throws: ``Failure`` with exit code 2: a line for each mistake, with file and line.
    func readScenario() throws -> ScenarioFile {
        let numbers = [("repeats", repeats), ("seed", seed)]
        let overrides = numbers.compactMap { name, value in value.map { "\(name)=\($0)" } }
        return try ScenarioFile(scenario, overrides: changes + overrides)
    }

    /// Checks everything about a scenario that can be checked before its first process starts.
    ///
    /// - Throws: ``Failure`` with exit code 2.
    func check(_ scenario: Scenario) throws {
        do {
            if let out { try OutputPath.checkIsNew(out) }
            try Runner.check(scenario)
        } catch {
            throw Failure("\(error)", code: .usage)
        }
    }
}

import ArgumentParser
import Arguments
import Host
import Lab
import Scenario

/// Options of `run` and `validate`, so that `validate` can check a command line of `run`.
struct RunOptions: ParsableArguments {
    @Argument(
        help: """
            YAML file of the scenario, or the name of an installed one, such as quickstart. Scenarios/README.md \
            explains every field.
            """,
        completion: .file(extensions: ["yaml"]))
    var scenario: String

    @Option(
        help: """
            Folder for the results, which must not exist; its parent must. (default: \
            Results/<scenario>/<UTC>-<seed>)
            """)
    var out: String?

    @Option(
        parsing: .unconditional, help: "Repeats per case, 1 to 1000; overrides the scenario.",
        transform: ArgumentReading.number(in: 1...1_000))
    var repeats: Int?

    @Option(
        parsing: .unconditional, help: "Seed, 0 to \(Int.max); overrides the scenario.",
        transform: ArgumentReading.number(in: 0...Int.max))
    var seed: Int?

    @Flag(help: "Draw WebSocket keys and masks from the seed, to replay a run exactly; this makes them predictable.")
    var seededMasks = false

    @Option(name: .customLong("set"), help: "Change a field: --set duration=5s --set 'transports[0].interval=250ms'.")
    var changes: [String] = []

    @Flag(help: "Print errors only.")
    var quiet = false

    /// Changes of the scenario in the order in which they apply: `--repeats` and `--seed` win.
    var overrides: [String] {
        let numbers = [("repeats", repeats), ("seed", seed)]
        return changes + numbers.compactMap { name, value in value.map { "\(name)=\($0)" } }
    }

    /// - Throws: ``Failure`` with exit code 2: one line per mistake, with file and line.
    func readScenario() throws -> ScenarioFile {
        try ScenarioFile(scenario, overrides: overrides)
    }

    /// Checks everything that can be checked before the first process starts.
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

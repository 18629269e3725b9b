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
        help: ArgumentHelp(
            """
            Folder for the results, which must not exist; its parent must. (default: \
            Results/<scenario>/<UTC>-<seed>)
            """, valueName: "folder"))
    var out: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Repeats per case, 1 to 1000; overrides the scenario.", valueName: "n"),
        transform: ArgumentReading.number(in: 1...1_000))
    var repeats: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Seed, 0 to \(UInt64.max); overrides the scenario.", valueName: "n"),
        transform: ArgumentReading.number(in: 0...UInt64.max))
    var seed: UInt64?

    @Flag(help: "Draw WebSocket keys and masks from the seed, to replay a run exactly; this makes them predictable.")
    var seededMasks = false

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            """
            Change a field; can be repeated: --set duration=5s --set 'clients=[10,100]' \
            --set 'transports[0].interval=250ms'.
            """, valueName: "path=value"),
        transform: Self.change)
    var changes: [String] = []

    @Flag(
        help: """
            Record the packets of each case in a .pcapng file next to the results, for Wireshark and 'pushlab explain \
            capture'; with TLS, the file has the secrets that decrypt it. Needs root, or dumpcap and its permission. \
            Recording takes CPU time.
            """)
    var capture = false

    @Flag(help: "Print errors only.")
    var quiet = false

    /// Changes of the scenario in the order in which they apply: `--repeats` and `--seed` win.
    var overrides: [String] {
        let numbers = [("repeats", repeats.map { String($0) }), ("seed", seed.map { String($0) })]
        return changes + numbers.compactMap { name, value in value.map { "\(name)=\($0)" } }
    }

    private static func change(_ text: String) throws -> String {
        if text.contains("=") { return text }
        throw ValidationError("allowed path=value without spaces, such as duration=5s")
    }

    /// For options that are fields of a scenario.
    static func advice(onOption option: String, value: String?) -> String? {
        Scenario.change(of: String(option.drop { $0 == "-" }), to: value ?? "VALUE").map {
            "to change a field: --set \($0)"
        }
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

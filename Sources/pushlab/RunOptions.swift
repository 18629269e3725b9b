import ArgumentParser
import Arguments
import Host
import Lab
import ResultFiles
import Scenario

/// Options of `run` and `validate`, so that `validate` can check a command line of `run`.
struct RunOptions: ParsableArguments {
    @Argument(
        help: """
            YAML file of the scenario, or the name of an installed one, such as quickstart. Scenarios/README.md \
            explains every field.
            """,
        completion: .file(extensions: ["yaml"]))
    var scenario: String?

    @OptionGroup var earlier: EarlierRunOptions

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

    @OptionGroup var selection: SelectionOptions

    @Flag(
        help: """
            Record the packets of each case in a .pcapng file next to the results, for Wireshark and 'pushlab explain \
            capture'; with TLS, the file has the secrets that decrypt it. Needs root, or dumpcap and its permission. \
            Recording takes CPU time.
            """)
    var capture = false

    @OptionGroup var gates: CheckOptions

    @OptionGroup var load: LoadPlaceOptions
    @OptionGroup var server: ServerPlaceOptions

    @OptionGroup var output: RunOutput

    /// Changes of the scenario in the order in which they apply: `--repeats` and `--seed` win.
    var overrides: [String] {
        let numbers = [("repeats", repeats.map { String($0) }), ("seed", seed.map { String($0) })]
        return changes + numbers.compactMap { name, value in value.map { "\(name)=\($0)" } }
    }

    static func change(_ text: String) throws -> String {
        if text.contains("=") { return text }
        throw ValidationError("allowed path=value without spaces, such as duration=5s")
    }

    /// For options that are fields of a scenario.
    static func advice(onOption option: String, value: String?) -> String? {
        Scenario.change(of: String(option.drop { $0 == "-" }), to: value ?? "VALUE").map {
            "to change a field: --set \($0)"
        }
    }

    func validate() throws {
        if scenario == nil, !earlier.isGiven { throw ValidationError("Missing expected argument '<scenario>'") }
        try server.check(load)
        if earlier.resume != nil, out != nil {
            throw ValidationError("--out is given; --resume writes to the folder of the run")
        }
        if let option = decided.first, earlier.isGiven {
            throw ValidationError("\(option) is given; \(earlier.name) takes it from the run's manifest.json")
        }
    }

    /// The options given that decide what a run measures.
    private var decided: [String] {
        let all: [(String, Bool)] = [
            ("--set", !changes.isEmpty), ("--repeats", repeats != nil), ("--seed", seed != nil),
            ("--seeded-masks", seededMasks), ("--capture", capture), ("--fail-if", !gates.checks.isEmpty),
        ]
        return all.filter(\.1).map(\.0) + selection.given
    }

    /// Reads the scenario, or the folder of an earlier run.
    ///
    /// - Parameter faults: Faults made on purpose, to test the instrument.
    /// - Returns: What to run.
    /// - Throws: ``Failure`` with exit code 2: one line per mistake, with file and line.
    func request(faults: DeliberateFaults = DeliberateFaults()) throws -> RunRequest {
        guard let scenario else { return try earlier.request(checking: nil) }
        if earlier.isGiven { return try earlier.request(checking: scenario) }
        let file = try ScenarioFile(scenario, overrides: overrides)
        let smaller = try selection.apply(to: file.scenario)
        try gates.check(smaller)
        var options = Manifest.RunOptions()
        options.scenarioFile = file.path
        options.overrides = overrides
        options.only = selection.only
        (options.seededMasks, options.capture) = (seededMasks, capture)
        return .new(
            ScenarioRun(
                smaller, text: file.text, options: options, failIf: gates.checks,
                until: try selection.repeats(of: smaller),
                faults: faults))
    }

    /// Checks everything that can be checked before the first process starts.
    ///
    /// - Throws: ``Failure`` with exit code 2.
    func check(_ request: RunRequest) throws {
        do {
            if let out { try OutputPath.checkIsNew(out) }
            let run = try request.run()
            try run.check()
            try load.spread.check(run.scenario)
        } catch {
            throw Failure("\(error)", code: .usage)
        }
    }
}

/// What a command line asks for.
enum RunRequest {
    case new(ScenarioRun)
    case resume(EarlierRun)
    case again(EarlierRun)

    /// - Throws: ``EarlierRunFault``.
    func run() throws -> ScenarioRun {
        switch self {
        case .new(let run): run
        case .resume(let earlier): try ScenarioRun(earlier, extends: true)
        case .again(let earlier): try ScenarioRun(earlier, extends: false)
        }
    }
}

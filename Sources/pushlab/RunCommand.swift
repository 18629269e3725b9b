import ArgumentParser
import Arguments
import Feed
import Foundation
import Host
import Lab
import Report
import Scenario

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs a scenario and writes a folder of results.")

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
        if let sentence = faults.faults.sentence { StandardStreams.complain(sentence) }
        let ending = try await InterruptibleRun.run { try await makeExperiment(file).run() }
        if !quiet { try ResultPrinter.show(ending) }
        for complaint in ending.complaints { StandardStreams.complain(complaint) }
        if ending.wasInterrupted {
            throw Failure("interrupted; what was measured is in \(ending.folder)", code: .interrupted)
        }
        if !ending.complaints.isEmpty { throw ExitCode(1) }
    }

    private var overrides: [String] {
        changes + (repeats.map { ["repeats=\($0)"] } ?? []) + (seed.map { ["seed=\($0)"] } ?? [])
    }

    private func makeExperiment(_ file: ScenarioFile) throws -> Experiment {
        do {
            return try Experiment(
                file.scenario, text: file.text, seedsMasks: seededMasks, out: out, commandLine: CommandLine.arguments,
                executables: try Executables.find(), faults: faults.faults, progress: ProgressChoice.make(quiet: quiet))
        } catch {
            throw Failure("\(error)", code: .usage)
        }
    }
}

/// What shows a run's progress.
enum ProgressChoice {
    static func make(quiet: Bool) -> any RunProgress {
        if quiet { return NoProgress() }
        return isatty(STDERR_FILENO) == 1 ? BarProgress() : PlainProgress()
    }
}

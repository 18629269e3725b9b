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

    @OptionGroup var options: RunOptions

    @OptionGroup(visibility: .hidden)
    var faults: FaultOptions

    func run() async throws {
        let file = try options.readScenario()
        if let sentence = faults.faults.sentence { StandardStreams.complain(sentence) }
        let ending = try await InterruptibleRun.run { try await makeExperiment(file).run() }
        if !options.quiet { try ResultPrinter.show(ending) }
        for complaint in ending.complaints { StandardStreams.complain(complaint) }
        if ending.wasInterrupted {
            throw Failure("interrupted; what was measured is in \(ending.folder)", code: .interrupted)
        }
        if !ending.complaints.isEmpty { throw ExitCode(1) }
    }

    private func makeExperiment(_ file: ScenarioFile) throws -> Experiment {
        do {
            return try Experiment(
                file.scenario, text: file.text, seedsMasks: options.seededMasks, out: options.out,
                commandLine: CommandLine.arguments,
                executables: try Executables.find(), faults: faults.faults,
                progress: ProgressChoice.make(quiet: options.quiet))
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

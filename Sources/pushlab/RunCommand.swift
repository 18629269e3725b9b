import ArgumentParser
import Arguments
import Lab
import Scenario

struct RunCommand: AsyncParsableCommand, CommandAdvice {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs a scenario and writes a folder of results.",
        discussion: "'pushlab validate' lists the cases of a scenario and says how long they take.")

    static let example = "pushlab run quickstart"
    static func advice(onOption option: String, value: String?) -> String? {
        RunOptions.advice(onOption: option, value: value)
    }

    @OptionGroup var options: RunOptions

    @OptionGroup(visibility: .hidden)
    var faults: FaultOptions

    func run() async throws {
        let file = try options.readScenario()
        if let sentence = faults.faults.sentence { Complaint.show(sentence) }
        let ending = try await RunControl.interruptible { try await makeRunner(file).run() }
        try RunControl.conclude(ending, quiet: options.quiet)
    }

    private func makeRunner(_ file: ScenarioFile) throws -> Runner {
        do {
            let settings = try RunSettings(
                out: options.out, seedsMasks: options.seededMasks, quiet: options.quiet)
            return try Runner(file.scenario, text: file.text, faults: faults.faults, settings: settings)
        } catch {
            throw Failure("\(error)", code: .usage)
        }
    }
}

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
        let options = options
        let ending = try await RunControl.interruptible {
            let recording = options.capture ? try await Self.recording() : nil
            return try await makeRunner(file, recording).run()
        }
        try RunControl.conclude(ending, quiet: options.quiet)
    }

    private static func recording() async throws -> any PacketRecording {
        do { return try await PacketRecordings.find() } catch let error as PacketRecordings.Unavailable {
            throw Failure("\(error)", code: .usage)
        }
    }

    private func makeRunner(_ file: ScenarioFile, _ recording: (any PacketRecording)?) throws -> Runner {
        do {
            var settings = try RunSettings(
                out: options.out, seedsMasks: options.seededMasks, quiet: options.quiet)
            settings.recording = recording
            return try Runner(file.scenario, text: file.text, faults: faults.faults, settings: settings)
        } catch {
            throw Failure("\(error)", code: .usage)
        }
    }
}

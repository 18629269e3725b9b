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

    func validate() throws {
        if options.earlier.isGiven, faults.faults.sentence != nil {
            throw ValidationError(
                "a deliberate fault is given; \(options.earlier.name) takes it from the run's manifest.json")
        }
    }

    func run() async throws {
        let request = try options.request(faults: faults.faults)
        let run = try usage { try request.run() }
        for sentence in [run.faults.sentence, run.scenario.leftOutNote].compactMap(\.self) { Complaint.show(sentence) }
        let options = options
        let ending = try await RunControl.interruptible {
            let recording = run.captures ? try await Self.recording() : nil
            var settings = try RunSettings(
                out: options.out, seedsMasks: run.seedsMasks, progress: options.output.makeProgress())
            settings.recording = recording
            settings.spread = options.load.spread
            settings.serverPlace = options.server.place
            settings.clockTolerance = options.load.clockTolerance
            return try await Self.runner(request, run, settings).run()
        }
        try RunControl.conclude(ending, of: "run", options.output)
    }

    private static func recording() async throws -> any PacketRecording {
        do { return try await PacketRecordings.find() } catch let error as PacketRecordings.Unavailable {
            throw Failure("\(error)", code: .usage)
        }
    }

    private static func runner(_ request: RunRequest, _ run: ScenarioRun, _ settings: RunSettings) async throws
        -> Runner
    {
        switch request {
        case .new: return try usage { try Runner(run, settings: settings) }
        case .again(let earlier):
            let differences = await earlier.differences(settings.executables)
            for sentence in differences { Complaint.show("\(earlier.folder) (first) and this run: \(sentence)") }
            return try usage { try Runner(run, repeating: earlier, settings: settings) }
        case .resume(let earlier):
            let differences = await earlier.differences(settings.executables)
            if !differences.isEmpty {
                throw Failure("\(EarlierRunFault.otherMachine(earlier.folder, differences: differences))", code: .usage)
            }
            let runner = try usage { try Runner(resuming: earlier, settings: settings) }
            if runner.isComplete {
                Complaint.show(
                    "\(earlier.folder) is complete: every run of its cases is valid, so nothing is measured")
            }
            return runner
        }
    }
}

/// Turns any error into a ``Failure`` with exit code 2.
private func usage<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch { throw Failure("\(error)", code: .usage) }
}

import ArgumentParser
import Arguments
import Foundation
import Host
import LoadGenerator

/// A load process. It prints a line about itself when it is ready; then the lab writes a plan to its standard input and
/// reads a record from its standard output.
struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "worker", shouldDisplay: false)

    func run() async throws {
        Descriptor.ignoreBrokenPipes()
        LoadWorker.prepare()
        let hello = WorkerHello.ofThisProcess()
        try? FileHandle.standardOutput.write(contentsOf: Data("\(hello.line)\n".utf8))
        guard let line = readLine(), let plan = try? JSONDecoder().decode(LoadPlan.self, from: Data(line.utf8)) else {
            throw Failure(
                "only 'pushlab run' and 'pushlab load' start this command, with a plan on its standard input",
                code: .usage)
        }
        StandardInputWatch.exitAtEnd()
        if let clock = plan.faults.clock { MonotonicClock.pretend(clock) }
        if let processors = plan.processors { try? ProcessorPlacement.pinThisProcess(to: processors) }
        do {
            let record = try await LoadWorker.run(plan, asking: ServerProbe(plan.feedStatus ?? plan.target))
            // Launchers pass whole lines on.
            try FileHandle.standardOutput.write(contentsOf: JSONEncoder().encode(record) + Data("\n".utf8))
        } catch {
            throw Failure("\(error)")
        }
    }
}

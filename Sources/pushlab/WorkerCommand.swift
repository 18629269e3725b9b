import ArgumentParser
import Arguments
import Foundation
import Host
import LoadGenerator
import Measurement

/// A load process: the lab starts it, gives it a plan on standard input and reads a record from its standard output.
struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "worker", shouldDisplay: false)

    func run() async throws {
        guard let line = readLine(), let plan = try? JSONDecoder().decode(LoadPlan.self, from: Data(line.utf8)) else {
            throw Failure("this command is the lab's own: it reads a plan from standard input", code: .usage)
        }
        StandardInputWatch.exitAtEnd()
        signal(SIGPIPE, SIG_IGN)
        if let processors = plan.processors { _ = ProcessorPlacement.pinThisProcess(to: processors) }
        do {
            let record = try await LoadWorker.run(plan, asking: ServerProbe(plan.target))
            try FileHandle.standardOutput.write(contentsOf: JSONEncoder().encode(record))
        } catch {
            throw Failure("\(error)")
        }
    }
}

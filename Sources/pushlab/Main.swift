import ArgumentParser
import Arguments
import Host
import Transports

@main
enum Main {
    static func main() {
        CommandMain.run(PushLabCommand.self)
    }
}

/// All commands except the server.
struct PushLabCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pushlab",
        abstract: """
            Measures what each way to get live data from a server costs in bytes and delay: \
            \(TransportRegistry.standard.push.map { $0.title }.joined(separator: ", ")).
            """,
        discussion: """
            Start with: pushlab run quickstart (in the source tree: pushlab run Scenarios/quickstart.yaml).

            Exit codes: 0 done, 1 the run failed or a check did not hold, 2 usage or scenario error, 3 a threshold or \
            --fail-if did not pass, 4 the results cannot tell, 130 interrupted (run and capacity keep the results of \
            the cases that had ended).
            """,
        version: "pushlab \(ProgramVersion.current)",
        subcommands: [
            RunCommand.self, ValidateCommand.self, PredictCommand.self, AdviseCommand.self, CapacityCommand.self,
            LoadCommand.self, ReportCommand.self, MergeCommand.self, CompareCommand.self, RecordCommand.self,
            FeedCommand.self, RelayCommand.self, WatchCommand.self, LessonCommand.self, EchoCommand.self,
            ExplainCommand.self, SchemaCommand.self, DoctorCommand.self, WorkerCommand.self,
        ])
}

extension PushLabCommand: CommandAdvice {
    static let example = RunCommand.example

    static func advice(onArgument argument: String) -> String? {
        let isFile = argument.hasSuffix(".yaml") || argument.hasSuffix(".yml") || PathKind(argument) == .file
        return isFile ? "to run a scenario: pushlab run \(argument)" : nil
    }
}

import ArgumentParser
import Arguments
import Host

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
        abstract: "Measures what polling, long polling and WebSocket cost in bytes and delay.",
        discussion: """
            Exit codes: 0 done, 1 the run failed or a check did not hold, 2 usage or scenario error, 130 interrupted \
            (results so far are kept).
            """,
        version: "pushlab \(ProgramVersion.current)",
        subcommands: [
            RunCommand.self, ValidateCommand.self, LoadCommand.self, ReportCommand.self, MergeCommand.self,
            CompareCommand.self, RecordCommand.self, EchoCommand.self, DoctorCommand.self, WorkerCommand.self,
        ])
}

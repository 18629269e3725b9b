import ArgumentParser
import Arguments
import ResultFiles

/// The form of what a command prints on standard output.
struct FormatOption: ParsableArguments {
    @Option(
        name: .customLong("format"),
        help: ArgumentHelp(
            "Form of the output: text, or json for programs; Results/README.md explains its fields.",
            valueName: "format"),
        transform: ArgumentReading.choice)
    var value = OutputFormat.text
}

/// What commands print with `--format json`: one object, with these fields first.
enum CommandOutput {
    static func show(_ command: String, code: Failure.Code?, _ fields: [(String, JSONValue)]) {
        print(json(command, code: code, fields).text())
    }

    static func json(_ command: String, code: Failure.Code?, _ fields: [(String, JSONValue)]) -> JSONValue {
        JSONValue(
            fields: [
                ("schema_version", .number(schemaVersion)), ("command", .string(command)),
                ("exit_code", .number(Int(code?.rawValue ?? 0))),
            ] + fields)
    }

    /// Grows when a field changes its meaning or goes; new fields do not change it.
    static let schemaVersion = 1
}

import ArgumentParser
import Arguments
import Lab

struct LessonCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lesson",
        abstract: "The exercise with the hidden parameter: starts a student's server, and checks the answer.",
        discussion: """
            Each student measures a server with one unusual property: the delay of its network, lost readings, or the \
            time for which it holds a poll. Property and value follow from the student's id. \
            Scenarios/lessons/hidden-parameter has the worksheet.
            """,
        subcommands: [LessonHiddenCommand.self, LessonCheckCommand.self])
}

/// Whose exercise it is.
struct StudentOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The student's name or number: 1 to 64 letters, digits, points, hyphens, underscores and @.",
            valueName: "id"),
        transform: Self.student)
    var student: StudentID

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "A secret word of the class, 0 to 64 characters, the same for both commands. It changes all values.",
            valueName: "word"),
        transform: Self.word)
    var word = ""

    @Option(
        help: ArgumentHelp(
            "What is unusual: delay, loss or hold, the same for both commands. (default: chosen by the id)",
            valueName: "property"),
        transform: ArgumentReading.choice)
    var property: HiddenParameter.Kind?

    var parameter: HiddenParameter { HiddenParameter(of: student, word: word, kind: property) }

    private static func student(_ text: String) throws -> StudentID {
        do throws(LessonFault) { return try StudentID(text) } catch { throw ValidationError(error.description) }
    }

    private static func word(_ text: String) throws -> String {
        if text.count <= 64 { return text }
        throw ValidationError("allowed 0 to 64 characters")
    }
}

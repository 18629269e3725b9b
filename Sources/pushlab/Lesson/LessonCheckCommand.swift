import ArgumentParser
import Arguments
import Lab

struct LessonCheckCommand: AsyncParsableCommand, CommandAdvice {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks a student's answer.",
        discussion: """
            Prints whether the answer is in range, and if not, what is wrong with it. Exit code 0 if it is in range, 1 \
            if it is not.
            """)

    static let example = "pushlab lesson check --student 4711 --answer delay=120ms"

    @OptionGroup var options: StudentOptions

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            The unusual property and its value: delay=120ms (round-trip time of the network), loss=15% (share of the \
            readings), or hold=3.5s (time after which an empty long poll is answered).
            """, valueName: "answer"),
        transform: Self.answer)
    var answer: HiddenAnswer

    @Flag(help: "Print the solution too: the value and the accepted range.")
    var reveal = false

    func run() async throws {
        let verdict = options.parameter.verdict(on: answer)
        print("\(options.student): \(verdict)")
        if reveal { print("solution: \(options.parameter.solution)") }
        if verdict != .right { throw ExitCode(1) }
    }

    private static func answer(_ text: String) throws -> HiddenAnswer {
        do throws(LessonFault) { return try HiddenAnswer(text) } catch { throw ValidationError(error.description) }
    }
}

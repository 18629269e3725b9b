import ArgumentParser
import Arguments
import Report

struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Says what is better or worse in a second run of the same scenario, or not detectably different.",
        discussion: """
            Needs four repeats a side or more, and the more metrics, the more repeats: with fewer, no test can tell a \
            difference from chance. All metrics of all cases are judged together.
            """)

    @Argument(help: "The folder to compare with.")
    var baseline: String

    @Argument(help: "The folder that may be better or worse.")
    var candidate: String

    func run() async throws {
        do {
            print(try FolderComparison(baseline: baseline, candidate: candidate).text)
        } catch {
            throw Failure("\(error)", code: .usage)
        }
    }
}

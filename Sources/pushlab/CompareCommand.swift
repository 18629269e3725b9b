import ArgumentParser
import Arguments
import Report

struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compares two runs of a scenario: better, worse or no detectable difference, per metric.",
        discussion: """
            Each side needs four repeats or more, and more with more metrics: with fewer, no test can separate a \
            difference from noise. All metrics of all cases are judged together.
            """)

    @Argument(help: "Folder of the run to compare with.")
    var baseline: String

    @Argument(help: "Folder of the run that may be better or worse.")
    var candidate: String

    func run() async throws {
        do {
            print(try FolderComparison(baseline: baseline, candidate: candidate).text)
        } catch {
            throw Failure("\(error)", code: .usage)
        }
    }
}

import ArgumentParser
import Arguments
import Report

struct CompareCommand: AsyncParsableCommand, CommandAdvice {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compares two runs of a scenario: better, worse or no detectable difference, per metric.",
        discussion: """
            Each run needs four valid repeats or more, and more with more metrics: with fewer, no test can separate a \
            difference from noise. Eight are enough for most scenarios: pushlab run SCENARIO --repeats 8. All metrics \
            of all cases are judged together.

            Exit code 0 if the runs could be compared, whatever the verdict; 2 if not.
            """)

    @Argument(help: "Folder of the run to compare with.")
    var baseline: String

    @Argument(help: "Folder of the run that may be better or worse.")
    var candidate: String

    static let example = "pushlab compare Results/quickstart/OLD Results/quickstart/NEW"

    func run() async throws {
        do {
            print(try FolderComparison(baseline: baseline, candidate: candidate).text)
        } catch {
            throw Failure("\(error)", code: .usage)
        }
    }
}

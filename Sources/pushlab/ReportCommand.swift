import ArgumentParser
import Arguments
import Foundation
import Host
import Lab
import Report

struct ReportCommand: AsyncParsableCommand, CommandAdvice {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Rebuilds a run's tables and plots from its CSV files, and prints the table.",
        discussion: "With several repeats, the printed delays come from their merged histograms (*.hlog).")

    @Argument(help: "Folder of the run.")
    var folder: String

    static let example = "pushlab report Results/quickstart/RUN"

    func run() async throws {
        do {
            let report = try ReportFolder(directory: folder)
            try RunFolder(existing: folder).write(report)
            print(
                ResultPrinter.text(
                    report, histograms: report.mergedHistograms(in: folder),
                    columns: Terminal.columns(of: STDOUT_FILENO)))
            print("\(folder)/report.md")
            print("\(folder)/report.html")
        } catch let error as ReportError {
            throw Failure("\(error)", code: .usage)
        }
    }
}

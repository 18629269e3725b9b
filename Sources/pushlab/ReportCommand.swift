import ArgumentParser
import Arguments
import Foundation
import Host
import Lab
import Measurement
import Report
import ResultFiles

struct ReportCommand: AsyncParsableCommand, CommandAdvice {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Rebuilds a run's tables and plots from its CSV files, and prints the table.",
        discussion: "With several repeats, the printed delays come from their merged histograms (*.hlog).")

    @Argument(help: "Folder of the run.")
    var folder: String

    @Option(
        help: ArgumentHelp(
            """
            Also write medians, intervals and numbers of repeats to this file, which ends in .csv or .tex; replaces \
            an earlier one.
            """, valueName: "file"))
    var aggregates: String?

    @Option(
        help: ArgumentHelp(
            "Columns of summary.csv for --aggregates, separated by commas. (default: those of aggregates.csv or .tex)",
            valueName: "names"),
        transform: Self.names)
    var columns: [String]?

    @OptionGroup var format: FormatOption

    static let example = "pushlab report Results/quickstart/RUN"

    func validate() throws {
        guard let aggregates else {
            if columns != nil { throw ValidationError("--columns needs --aggregates FILE") }
            return
        }
        guard aggregates.hasSuffix(".csv") || aggregates.hasSuffix(".tex") else {
            throw ValidationError("--aggregates is \(ShownValue.text(aggregates)); allowed a file .csv or .tex")
        }
        do throws(OutputFileFault) {
            try OutputPath.checkFile(
                aggregates, of: "--aggregates",
                replacing: [aggregates.hasSuffix(".tex") ? LatexTable.beginning : AggregateRow.table.header])
        } catch {
            throw ValidationError(error.description)
        }
    }

    private static func names(_ text: String) throws -> [String] {
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let known = SummaryRow.numberColumns.map(\.name)
        if let unknown = names.first(where: { !known.contains($0) }) {
            throw ValidationError(
                "\(ShownValue.text(unknown)) is no column with numbers of summary.csv"
                    + Spelling.suggestion(for: unknown, among: known))
        }
        return names
    }

    func run() async throws {
        do {
            let report = try RunFolder(existing: folder).rebuildReport()
            try writeAggregates(report)
            let gap = report.incomplete.sentence(on: folder, isInUse: FolderLock.isTaken(folder))
            for fault in report.histogramFaults(in: folder) { Complaint.show(fault) }
            switch format.value {
            case .text:
                if let gap { Complaint.show("warning: \(gap)") }
                show(report)
            case .json:
                CommandOutput.show(
                    "report", code: nil,
                    [
                        ("folder", .string(folder)),
                        ("incomplete", .array([gap].compactMap { $0.map(JSONValue.string) })),
                        ("results", ResultSummary.json(report)),
                    ])
            }
        } catch let error as ReportError {
            throw Failure("\(error)", code: .usage)
        }
    }

    private func writeAggregates(_ report: ReportFolder) throws {
        guard let aggregates else { return }
        let isTable = aggregates.hasSuffix(".tex")
        let columns = columns ?? (isTable ? Aggregates.columnsOfTable : Aggregates.usualColumns)
        let text =
            isTable
            ? LatexTable.text(report, columns: columns)
            : AggregateRow.table.text(of: Aggregates.rows(report, columns: columns))
        try AtomicFile.write(text, to: aggregates)
    }

    private func show(_ report: ReportFolder) {
        print(
            ResultPrinter.text(
                report, histograms: report.mergedHistograms(in: folder),
                columns: Terminal.columns(of: STDOUT_FILENO)))
        print(ResultPrinter.claims(report, columns: Terminal.columns(of: STDOUT_FILENO)), terminator: "")
        print("\(folder)/report.md")
        print("\(folder)/report.html")
    }
}

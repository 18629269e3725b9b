import Foundation
import Host
import Lab
import Measurement
import Report

/// Prints what a run found.
enum ResultPrinter {
    /// - Throws: ``ReportError`` if the run's own files cannot be read back.
    static func show(_ ending: RunEnding) throws {
        // Interrupted before the first figure.
        if ending.results.summary.isEmpty { return }
        let folder = try ReportFolder(directory: ending.folder)
        let columns = Terminal.columns(of: STDOUT_FILENO)
        print(text(folder, histograms: ending.results.mergedLatencies, columns: columns))
        print(claims(folder, columns: columns), terminator: "")
        for sentence in AnswerSentence.all(folder, tablesIn: ReportFolder.page) { print(paragraph(sentence, columns)) }
        print("Files: \(ending.folder)")
    }

    /// The table, below the scenario's question if it has one.
    ///
    /// - Parameters:
    ///   - folder: The run's folder.
    ///   - histograms: Latencies of all repeats of a case, merged, by `case_id`.
    ///   - columns: Width of the terminal; `nil` if the output is not a terminal.
    /// - Returns: Lines that end in a line feed.
    static func text(_ folder: ReportFolder, histograms: [String: LatencyHistogram], columns: Int?) -> String {
        let table = ResultTableText.terminal(
            folder, histograms: histograms, columns: columns ?? ResultTableText.standardColumns)
        return (folder.question.map { paragraph($0, columns) + "\n" } ?? "") + table
    }

    /// The verdicts on published claims, with an empty line behind them; empty without claims.
    static func claims(_ folder: ReportFolder, columns: Int?) -> String {
        let text = ClaimText.terminal(folder, columns: columns ?? Terminal.defaultColumns)
        return text.isEmpty ? "" : text + "\n"
    }

    /// Broken between words, with a line feed at its end.
    private static func paragraph(_ text: String, _ columns: Int?) -> String {
        WrappedText.lines(text, columns: columns ?? Terminal.defaultColumns).joined(separator: "\n") + "\n"
    }
}

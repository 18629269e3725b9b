import Foundation
import Host
import Lab
import Measurement
import Report

/// Prints what a run found.
enum ResultPrinter {
    /// - Throws: ``ReportError`` if the run's own files cannot be read back.
    static func show(_ ending: Experiment.Ending) throws {
        // Interrupted before the first figure: there is nothing to show.
        if ending.results.summary.isEmpty { return }
        let folder = try ReportFolder(directory: ending.folder)
        let columns = Terminal.columns(of: STDOUT_FILENO)
        if let question = folder.question { show(question, columns) }
        print(
            ResultTableText.terminal(
                folder, histograms: ending.results.mergedLatencies,
                columns: columns ?? ResultTableText.maximumColumns))
        for sentence in AnswerSentence.all(folder) { show(sentence, columns) }
        print("Files: \(ending.folder)")
    }

    /// A paragraph, broken between words.
    private static func show(_ text: String, _ columns: Int?) {
        for line in WrappedText.lines(text, columns: columns ?? Terminal.usualColumns) { print(line) }
        print("")
    }
}

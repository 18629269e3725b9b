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
        print(ResultTableText.terminal(folder, histograms: ending.results.mergedLatencies))
        for sentence in AnswerSentence.all(folder) { print(sentence + "\n") }
        print("Files: \(ending.folder)")
    }
}

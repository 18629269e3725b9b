import Foundation
import Host
import Measurement

/// Sentences on standard error.
package enum Complaint {
    /// On a terminal the sentence is broken between words, as wide as the terminal is. Anywhere else it stays on one
    /// line, so that programs can read it.
    package static func show(_ sentence: String) {
        let columns = Terminal.columns(of: STDERR_FILENO)
        let lines = sentence.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
            columns.map { WrappedText.lines(String(line), columns: $0) } ?? [String(line)]
        }
        try? FileHandle.standardError.write(contentsOf: Data((lines.joined(separator: "\n") + "\n").utf8))
    }
}

import Foundation
import Host
import Measurement

/// Ends a command with one sentence on standard error.
package struct Failure: Error, CustomStringConvertible {
    package enum Code: Int32, Sendable {
        /// The command was understood and did not succeed.
        case failed = 1
        /// The command line or the scenario is wrong.
        case usage = 2
        /// A condition on the results does not hold.
        case condition = 3
        /// The results cannot tell whether a condition holds.
        case undecided = 4
        /// Ctrl-C.
        case interrupted = 130

        private static let byPrecedence: [Code] = [.interrupted, .usage, .failed, .condition, .undecided]

        /// The code of a command that ends for several reasons; `nil` without any, which is exit code 0.
        package static func first(of codes: some Collection<Code>) -> Code? {
            byPrecedence.first { codes.contains($0) }
        }
    }

    package let description: String
    package let code: Code

    package init(_ sentence: String, code: Code = .failed) {
        description = sentence
        self.code = code
    }
}

/// Sentences on standard error.
package enum Complaint {
    /// Wraps the sentence to the width of the terminal. Elsewhere it stays on one line, so that programs can read it.
    ///
    /// There is no prefix: editors jump to the place of a sentence that begins with file and line.
    package static func show(_ sentence: String) {
        let columns = Terminal.columns(of: STDERR_FILENO)
        let lines = sentence.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
            columns.map { WrappedText.lines(String(line), columns: $0) } ?? [String(line)]
        }
        try? FileHandle.standardError.write(contentsOf: Data((lines.joined(separator: "\n") + "\n").utf8))
    }
}

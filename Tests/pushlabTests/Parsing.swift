import ArgumentParser
import Arguments
import Testing

@testable import pushlab

/// Parses command lines in this process.
enum Parsing {
    /// - Returns: The error sentence for a command line; `nil` if it is accepted.
    static func refusal(
        _ words: [String], of root: any AsyncParsableCommand.Type = PushLabCommand.self
    ) -> String? {
        let mistake = CommandLineMistake(words, of: root)
        if let sentence = mistake.unknownCommand { return sentence }
        do {
            _ = try root.parseAsRoot(words)
            return nil
        } catch {
            #expect(root.exitCode(for: error) == .validationFailure, "\(words)")
            return mistake.sentence(for: error)
        }
    }
}

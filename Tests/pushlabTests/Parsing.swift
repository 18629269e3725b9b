import ArgumentParser
import Testing

@testable import pushlab

/// Parses command lines in this process.
enum Parsing {
    /// - Returns: The error sentence for a command line; `nil` if it is accepted.
    static func refusal(_ words: [String]) -> String? {
        do {
            _ = try PushLabCommand.parseAsRoot(words)
            return nil
        } catch {
            #expect(PushLabCommand.exitCode(for: error) == .validationFailure, "\(words)")
            return PushLabCommand.message(for: error)
        }
    }
}

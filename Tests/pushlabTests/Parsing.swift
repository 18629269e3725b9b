import ArgumentParser
import Testing

@testable import pushlab

/// A command line, read in this process.
enum Parsing {
    /// What the program says of a command line that it refuses; `nil` if it takes it.
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

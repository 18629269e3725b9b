import Foundation
import ResultFiles
import Testing

@testable import Report

/// README.md, and the reference runs that it shows.
enum Readme {
    private static let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The lines without the spaces around them.
    static func lines() throws -> [String] {
        try String(contentsOf: top.appending(path: "README.md"), encoding: .utf8)
            .split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    /// The text with one space for all spaces and line breaks between two words.
    static func text() throws -> String {
        try lines().joined(separator: " ").split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// The path of a file of the project.
    static func path(_ path: String) -> String { top.appending(path: path).path }

    /// The path of a reference run.
    static func reference(_ name: String) -> String { path("Results/reference/\(name)") }

    /// The machine of a run as README.md names it: model, processors and kernel.
    static func machine(_ manifest: Manifest) throws -> (model: String, processors: String, kernel: String) {
        let machine = try #require(manifest.environment["machine"])
        let kernel = try #require(machine["kernel"]).split(separator: ".").prefix(2).joined(separator: ".")
        return (try #require(machine["cpu_model"]), try #require(machine["cpus_online"]), kernel)
    }
}

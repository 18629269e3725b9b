import Foundation
import Testing

@Suite("Sources/README.md")
struct ExamplesTests {
    private static let readme = "Sources/README.md"

    @Test("every example is the code of its test, and every example of the tests is shown")
    func examples() throws {
        let shown = try Example.shown(in: try Self.text(of: Self.readme))
        let tested = try Example.tested()
        #expect(shown.count >= 4)
        #expect(shown.map(\.place).sorted() == tested.map(\.place).sorted())
        for example in shown {
            let code = tested.first { $0.place == example.place }?.code
            #expect(example.code == code, "\(Self.readme): \(example.place)")
        }
    }

    @Test("the table of layers has one row for each target of Package.swift, in its order")
    func targets() throws {
        let layers = try Manifest(LayersTests.root).layers
        let expected = layers.enumerated().flatMap { index, targets in targets.map { "| \(index + 1) | `\($0)` |" } }
        let lines = try Self.text(of: Self.readme).components(separatedBy: "\n")
        let rows = lines.filter { $0.wholeMatch(of: /\| [0-9] \| `[^`]+` \| .+ \|/) != nil }
        #expect(rows.map { row in row.split(separator: " ").prefix(5).joined(separator: " ") } == expected)
    }

    @Test("every type that it names is declared")
    func types() throws {
        // Every second part is a fenced block.
        let parts = try Self.text(of: Self.readme).components(separatedBy: "```").enumerated()
        let prose = parts.filter { $0.offset.isMultiple(of: 2) }.map(\.element).joined()
        let names = prose.matches(of: /`([A-Z][A-Za-z0-9]+)(\.[A-Za-z]+)?`/)
            .filter { $0.2 != ".swift" }.map { String($0.1) }
        let sources = LayersTests.root.appending(path: "Sources")
        let folders = try FileManager.default.contentsOfDirectory(atPath: sources.path)
        let declared = try Self.declaredTypes()
        #expect(Set(names).subtracting(folders).subtracting(declared).sorted() == [])
    }

    private static func declaredTypes() throws -> Set<String> {
        let keywords: Set<Substring> = ["struct", "class", "enum", "protocol", "actor", "typealias"]
        var names: Set<String> = []
        for (_, text) in try SwiftFiles.texts(in: "Sources") + SwiftFiles.texts(in: "Tests") {
            for line in text.split(separator: "\n") {
                let words = line.split(separator: " ")
                for (word, name) in zip(words, words.dropFirst()) where keywords.contains(word) {
                    names.insert(String(name.prefix { $0.isLetter || $0.isNumber }))
                }
            }
        }
        return names
    }

    private static func text(of path: String) throws -> String {
        try String(contentsOf: LayersTests.root.appending(path: path), encoding: .utf8)
    }
}

private enum SwiftFiles {
    /// Every Swift file of a folder of the package: its path in the package, and its text.
    static func texts(in folder: String) throws -> [(path: String, text: String)] {
        let directory = LayersTests.root.appending(path: folder)
        let paths = try FileManager.default.subpathsOfDirectory(atPath: directory.path)
        return try paths.filter { $0.hasSuffix(".swift") }.map { path in
            ("\(folder)/\(path)", try String(contentsOf: directory.appending(path: path), encoding: .utf8))
        }
    }
}

/// Code that a test compiles and Sources/README.md shows.
private struct Example {
    struct Malformed: Error { let heading: String }

    /// Name and file: `add-a-transport, Tests/ContractTests/ExampleTransportTests.swift`.
    let place: String
    /// Without the indentation that all lines share, and without empty lines at its ends.
    let code: String

    private init(place: String, lines: ArraySlice<String>) {
        self.place = place
        let indentation = lines.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
        code = lines.map { String($0.dropFirst(indentation)) }.joined(separator: "\n")
            .trimmingCharacters(in: .newlines)
    }

    /// The fenced blocks of Markdown that follow a comment with name and file.
    static func shown(in markdown: String) throws -> [Example] {
        try blocks(of: markdown, from: "<!-- example: ", to: "```").map { heading, lines in
            guard lines.first == "```swift", heading.hasSuffix(" -->") else { throw Malformed(heading: heading) }
            return Example(place: String(heading.dropLast(" -->".count)), lines: lines.dropFirst())
        }
    }

    /// The code between two comments, in the Swift files of all tests.
    static func tested() throws -> [Example] {
        try SwiftFiles.texts(in: "Tests").flatMap { path, text in
            try blocks(of: text, from: "// example: ", to: "// end of example").map { heading, lines in
                Example(place: "\(heading), \(path)", lines: lines)
            }
        }
    }

    /// The lines between each line that begins with `opening` and the next line that is `ending`, each block with the
    /// rest of its first line.
    private static func blocks(
        of text: String, from opening: String, to ending: String
    ) throws -> [(heading: String, lines: ArraySlice<String>)] {
        var blocks: [(heading: String, lines: ArraySlice<String>)] = []
        var rest = text.components(separatedBy: "\n")[...]
        while let start = rest.firstIndex(where: { trimmed($0).hasPrefix(opening) }) {
            let heading = String(trimmed(rest[start]).dropFirst(opening.count))
            let following = rest[(start + 1)...]
            guard let end = following.firstIndex(where: { trimmed($0) == ending }) else {
                throw Malformed(heading: heading)
            }
            blocks.append((heading, following[..<end]))
            rest = following[(end + 1)...]
        }
        return blocks
    }

    private static func trimmed(_ line: String) -> String { line.trimmingCharacters(in: .whitespaces) }
}

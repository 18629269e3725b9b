import Foundation
import ResultFiles
import Testing

@testable import Report

@Suite("README.md shows the reference run")
struct ReadmeTests {
    private static let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let reference = top.appending(path: "Results/reference/quickstart").path

    private func readme() throws -> String {
        try String(contentsOf: Self.top.appending(path: "README.md"), encoding: .utf8)
    }

    @Test("README.md has every line of the table")
    func table() throws {
        let folder = try ReportFolder(directory: Self.reference)
        let text = ResultTableText.terminal(folder, histograms: folder.mergedHistograms(in: Self.reference))
        let shown = Set(try readme().split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) })
        for line in text.split(separator: "\n").map({ $0.trimmingCharacters(in: .whitespaces) }) {
            #expect(shown.contains(line), "README.md lacks: \(line)")
        }
    }

    @Test("README.md has the answer sentences; line breaks may differ")
    func sentences() throws {
        let shown = try readme().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for sentence in AnswerSentence.all(try ReportFolder(directory: Self.reference)) {
            #expect(shown.contains(sentence), "README.md lacks: \(sentence)")
        }
    }

    @Test("README.md names the CPU and the kernel version of the run")
    func machine() throws {
        let machine = try #require(ReportFolder(directory: Self.reference).manifest?.environment["machine"])
        let model = try #require(machine["cpu_model"])
        let kernel = try #require(machine["kernel"]).split(separator: ".").prefix(2).joined(separator: ".")
        let shown = try readme().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(shown.contains("(\(model), Linux \(kernel))"))
    }
}

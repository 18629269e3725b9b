import Foundation
import ResultFiles
import Testing

@testable import Report

@Suite("The README shows the run that is kept with the source")
struct ReadmeTests {
    private static let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let reference = top.appending(path: "Results/reference/quickstart").path

    private func readme() throws -> String {
        try String(contentsOf: Self.top.appending(path: "README.md"), encoding: .utf8)
    }

    @Test("every line of its table")
    func table() throws {
        let folder = try ReportFolder(directory: Self.reference)
        let text = ResultTableText.terminal(folder, histograms: folder.mergedHistograms(in: Self.reference))
        let shown = Set(try readme().split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) })
        for line in text.split(separator: "\n").map({ $0.trimmingCharacters(in: .whitespaces) }) {
            #expect(shown.contains(line), "README.md lacks: \(line)")
        }
    }

    @Test("its sentences, however they are wrapped")
    func sentences() throws {
        let shown = try readme().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for sentence in AnswerSentence.all(try ReportFolder(directory: Self.reference)) {
            #expect(shown.contains(sentence), "README.md lacks: \(sentence)")
        }
    }

    @Test("the processor and the kernel of its manifest")
    func machine() throws {
        let machine = try #require(ReportFolder(directory: Self.reference).manifest?.environment["machine"])
        let model = try #require(machine["cpu_model"])
        let kernel = try #require(machine["kernel"]).split(separator: ".").prefix(2).joined(separator: ".")
        let shown = try readme().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(shown.contains("(\(model), Linux \(kernel))"))
    }
}

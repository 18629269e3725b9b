import Foundation
import Testing

@testable import Report

@Suite("README.md shows the reference run")
struct ReadmeTests {
    private static let reference = Readme.reference("quickstart")

    @Test("README.md has every line of the table")
    func table() throws {
        let folder = try ReportFolder(directory: Self.reference)
        let text = ResultTableText.terminal(folder, histograms: folder.mergedHistograms(in: Self.reference))
        let shown = Set(try Readme.lines())
        for line in text.split(separator: "\n").map({ $0.trimmingCharacters(in: .whitespaces) }) {
            #expect(shown.contains(line), "README.md lacks: \(line)")
        }
    }

    @Test("README.md has the answer sentences; line breaks may differ")
    func sentences() throws {
        let shown = try Readme.text()
        for sentence in AnswerSentence.all(try ReportFolder(directory: Self.reference)) {
            #expect(shown.contains(sentence), "README.md lacks: \(sentence)")
        }
    }

    @Test("README.md names the CPU and the kernel version of the run")
    func machine() throws {
        let manifest = try #require(ReportFolder(directory: Self.reference).manifest)
        let machine = try Readme.machine(manifest)
        #expect(try Readme.text().contains("(\(machine.model), Linux \(machine.kernel))"))
    }
}

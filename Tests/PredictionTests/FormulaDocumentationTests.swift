import Foundation
import Testing

@testable import Prediction

@Suite("Results/formulas.md")
struct FormulaDocumentationTests {
    @Test("has the row of every formula", arguments: Formula.all.map(\.id))
    func row(id: String) throws {
        let formula = try #require(Formula.all.first { $0.id == id })
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Results/formulas.md")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(lines.contains(formula.tableRow), "\(formula.tableRow)")
    }

    @Test("each formula has its own id")
    func ids() {
        #expect(Set(Formula.all.map(\.id)).count == Formula.all.count)
    }
}

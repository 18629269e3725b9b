import Foundation
import Testing

@testable import Prediction

@Suite("Results/formulas.md")
struct FormulaDocumentationTests {
    @Test("has the row of every formula", arguments: Formula.all.map(\.id))
    func row(id: String) throws {
        let formula = try #require(Formula.all.first { $0.id == id })
        #expect(try Self.lines().contains(formula.tableRow), "\(formula.tableRow)")
    }

    private static func lines() throws -> [String] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Results/formulas.md")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    @Test("has the row of every allowance, and no other")
    func allowances() throws {
        let rows = try Self.lines().drop { !$0.hasPrefix("| id | for |") }.dropFirst(2).prefix { $0.hasPrefix("|") }
        #expect(Array(rows) == Allowance.all.map(\.tableRow))
    }

    @Test("each formula has its own id")
    func ids() {
        #expect(Set(Formula.all.map(\.id)).count == Formula.all.count)
    }
}

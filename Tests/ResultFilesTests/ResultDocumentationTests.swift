import Foundation
import Testing

@testable import ResultFiles

@Suite("Results/README.md and the schema")
struct ResultDocumentationTests {
    @Test(
        "the README has the row of every column, word for word", arguments: ResultSchema.tables.map(\.fileName)
    )
    func columns(fileName: String) throws {
        let table = try #require(ResultSchema.tables.first { $0.fileName == fileName })
        let folder = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let readme = try String(contentsOf: folder.appending(path: "Results/README.md"), encoding: .utf8)
        let section = try #require(readme.components(separatedBy: "\n## ").first { $0.hasPrefix("`\(fileName)`") })
        let lines = Set(section.split(separator: "\n").map(String.init))
        for line in table.markdown { #expect(lines.contains(line), "\(line)") }
    }

    @Test("each column is described once", arguments: ResultSchema.tables.map(\.fileName))
    func names(fileName: String) throws {
        let table = try #require(ResultSchema.tables.first { $0.fileName == fileName })
        let names = table.columns.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(Set(table.key).isSubset(of: names))
    }
}

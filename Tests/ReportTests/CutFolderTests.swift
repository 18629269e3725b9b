import Foundation
import Host
import ResultFiles
import Testing

@testable import Report

@Suite("Folders of runs that go on, and files that are cut")
struct CutFolderTests {
    private static let whole: [String: String] = {
        var rows = Rows.three
        rows[2].valid = false
        // A quoted field with a line end and a character of several bytes.
        rows[2].invalidReason = "lag of \"5 ms\",\nand 60 µs"
        var texts = Rows.texts(rows)
        var claim = ClaimRow()
        (claim.runID, claim.claimID, claim.statement, claim.verdict) = (rows[0].runID, "c", "Few bytes.", "holds")
        (claim.scenario, claim.source, claim.quantity) = ("tiny", "A paper", "bytes")
        texts["claims.csv"] = ClaimRow.table.text(of: [claim])
        var manifest = Manifest(
            runID: rows[0].runID, scenario: .init(name: "tiny", text: "", sha256: rows[0].scenarioSHA256), seed: 1,
            caseOrder: rows.map(\.caseID), commandLine: ["pushlab"], startedAt: UTCInstant(millisecondsSince1970: 0))
        manifest.finish(at: UTCInstant(millisecondsSince1970: 1))
        texts["manifest.json"] = try? manifest.json()
        return texts
    }()

    /// The folder with a file that has only its first bytes, as a folder on a disk.
    private static func folder(_ name: String, bytes: Int) throws(ReportError) -> ReportFolder {
        let cut = Array((whole[name] ?? "").utf8.prefix(bytes))
        return try ReportFolder(texts: whole.merging([name: String(decoding: cut, as: UTF8.self)]) { $1 }, in: "R")
    }

    @Test("the whole folder is complete")
    func complete() throws {
        #expect(Self.whole.count == 5)
        let folder = try ReportFolder(texts: Self.whole)
        #expect(folder.incomplete.text == nil)
        #expect(RunFacts.warnings(folder).isEmpty)
        #expect(ResultSummary.json(folder).text().contains("\"complete\": true"))
    }

    @Test(
        "a file that is cut at any byte gives a report of what is whole, which says that something is missing",
        arguments: ["summary.csv", "layers.csv", "timeline.csv", "claims.csv", "manifest.json"])
    func cut(name: String) throws {
        let bytes = Array((Self.whole[name] ?? "").utf8)
        let ends = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }
        let near = ends.flatMap { [$0 - 1, $0, $0 + 1, $0 + 2] }
        // Every place would take minutes; the odd step meets every kind of place.
        let places = Set(near + stride(from: 0, to: bytes.count, by: 37)).filter { $0 < bytes.count }
        for place in places.sorted() {
            // What ends between two rows is no half row, and JSON needs no line end.
            let isWhole =
                place > 0 && bytes[place - 1] == UInt8(ascii: "\n") && name.hasSuffix(".csv") && name != "summary.csv"
                || name == "manifest.json" && place == bytes.count - 1
            do throws(ReportError) {
                let folder = try Self.folder(name, bytes: place)
                let text = folder.incomplete.text
                #expect(isWhole || text?.contains(name) == true, "\(name), \(place) bytes: \(text ?? "")")
                #expect(text == nil || RunFacts.warnings(folder).contains { $0.contains("is incomplete") })
                #expect(text == nil || !ResultSummary.json(folder).text().contains("\"complete\": true"))
            } catch {
                // Without one whole row there is nothing to report.
                #expect(name == "summary.csv" && error.description.hasPrefix("R has no results yet: "), "\(error)")
            }
        }
    }

    @Test("the rows of a cut table are those before the cut, never a part of one")
    func rows() throws {
        let text = LayerRow.table.text(of: Rows.layers(of: Rows.three[0]))
        let all = try LayerRow.table.rows(from: text, file: "layers.csv")
        for count in 0...text.utf8.count {
            let cut = String(decoding: text.utf8.prefix(count), as: UTF8.self)
            let (rows, isCut) = try LayerRow.table.rowsUntilCut(from: cut, file: "layers.csv")
            #expect(rows == Array(all.prefix(rows.count)))
            let lines = cut.utf8.count { $0 == UInt8(ascii: "\n") }
            #expect(rows.count == max(0, lines - 1))
            #expect(isCut == (cut.utf8.last != UInt8(ascii: "\n")))
        }
    }

    @Test("a table without all runs is named")
    func lacking() throws {
        var texts = Self.whole
        texts["layers.csv"] = LayerRow.table.text(of: Rows.layers(of: Rows.three[0]))
        #expect(try ReportFolder(texts: texts).incomplete.text == "layers.csv lacks 2 of 3 runs")
    }

    @Test("a folder on a disk: in use, stopped, without a finished run")
    func disk() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("pushlab-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        func write(_ name: String, _ text: String?) throws {
            try Data((text ?? "").utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
        }
        var manifest = Manifest(
            runID: "r", scenario: .init(name: "tiny", text: "", sha256: ""), seed: 1,
            caseOrder: Rows.three.map(\.caseID), commandLine: [], startedAt: UTCInstant(millisecondsSince1970: 0))
        try write("manifest.json", manifest.json())
        let error = #expect(throws: ReportError.self) { try ReportFolder(directory: path) }
        #expect(
            error?.description
                == "\(path) has no results yet: the run has not finished, and 0 of 3 runs are in its files")
        try write("summary.csv", SummaryRow.table.text(of: [Rows.three[0]]))
        let folder = try ReportFolder(directory: path)
        #expect(folder.incomplete.text == "the run has not finished, and 1 of 3 runs are in its files")
        #expect(!folder.isOutdated)
        #expect(IncompleteRun.sentence(on: path)?.hasSuffix("are in its files") == true)
        let lock = try FolderLock.take(path)
        #expect(IncompleteRun.sentence(on: path)?.hasSuffix("wait until the run has ended") == true)
        withExtendedLifetime(lock) {}
        try write("summary.csv", Rows.texts(Rows.three)["summary.csv"])
        #expect(folder.isOutdated)
        manifest.finish(at: UTCInstant(millisecondsSince1970: 1))
        try write("manifest.json", manifest.json())
        #expect(IncompleteRun.sentence(on: path) == nil)
    }
}

import Expressions
import Foundation
import Measurement
import ResultFiles
import Testing

@testable import Report

/// Folders of earlier versions: `Tests/OldFolders/first-version` is the quickstart of the first one.
@Suite("Folders of earlier versions")
struct OldFolderTests {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "OldFolders/first-version").path

    @Test("the first version's folder has no column that came later, and is read with these empty")
    func columns() throws {
        let folder = try ReportFolder(directory: Self.folder)
        let header = try #require(try text("summary.csv").split(separator: "\r\n").first)
        let later = SummaryRow.numberColumns.map(\.name).filter { !header.split(separator: ",").contains($0[...]) }
        #expect(later.count > 10)
        #expect(folder.summary.count == 6)
        #expect(folder.summary.allSatisfy { row in later.allSatisfy { row.number($0) == nil } })
        #expect(folder.summary.allSatisfy { $0.hasValidBytes && $0.hasValidTimes })
        #expect((folder.claims, folder.checks) == ([], []))
        #expect(folder.manifest?.scenario.name == "quickstart")
    }

    @Test("it gives a whole report, aggregates and merged delays")
    func report() throws {
        let folder = try ReportFolder(directory: Self.folder)
        let files = folder.files()
        #expect(files.contains { $0.name == "report.html" } && files.contains { $0.name == "plots/latency.svg" })
        let json = ResultSummary.json(folder)
        #expect(json["run_id"] == "20261122T210914Z-1")
        #expect(Aggregates.rows(folder).contains { $0.column == "latency_p50_us" && $0.repeats == 1 })
        #expect(!Aggregates.rows(folder).contains { $0.column == "bytes_per_client_s" })
        #expect(folder.mergedHistograms(in: Self.folder).count == 3)
    }

    @Test("it is compared with itself and case by case, and conditions on new columns cannot tell")
    func compared() throws {
        let text = try FolderComparison(baseline: Self.folder, candidate: Self.folder).text
        #expect(text.contains("too few repeats for a verdict: 1 and 1"))
        #expect(
            try PairedComparison(directory: Self.folder, baseline: "short-poll", candidate: "websocket").text
                .contains("too few repeats for a verdict: 1 pair;"))
        let folder = try ReportFolder(directory: Self.folder)
        let checks = try ["latency_p50_us > 1us", "bytes_per_client_s > 1B/s"].map {
            ResultCheck(.threshold, try Predicate($0, columns: .results))
        }
        let rows = ResultCheck.rows(checks, folder.summary, folder.layers, runID: "r", scenario: "s")
        #expect(Set(rows.prefix(6).map(\.verdict)) == ["passed"])
        #expect(Set(rows.dropFirst(6).map(\.verdict)) == ["open"])
    }

    @Test("without manifest, histograms, layers and timeline it is read too; only summary.csv is needed")
    func fewerFiles() throws {
        let names = ReportFolder.needed
        let texts = Dictionary(uniqueKeysWithValues: try names.map { ($0, try text($0)) })
        let folder = try ReportFolder(texts: texts)
        #expect(folder.manifest == nil && folder.files().count > 5)
        let summary = SummaryRow.table.fileName
        let least = try ReportFolder(texts: texts.filter { $0.key == summary })
        #expect(least.missing == names.filter { $0 != summary } && !least.files().isEmpty)
        let error = #expect(throws: ReportError.self) { try ReportFolder(texts: texts.filter { $0.key != summary }) }
        #expect(error == .missingFile(summary))
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(Self.folder)/\(name)", encoding: .utf8)
    }
}

import Foundation
import Testing

@testable import Report

@Suite("Errors of reading a run folder")
struct ReportFolderTests {
    @Test("without summary.csv there is no report")
    func withoutSummary() {
        var texts = Rows.texts(Rows.three)
        texts["summary.csv"] = nil
        #expect(throws: ReportError.missingFile("Results/x/summary.csv")) {
            try ReportFolder(texts: texts, in: "Results/x")
        }
    }

    @Test(
        "another missing file is named, and what it would show is left out, never 0",
        arguments: [
            ("layers.csv", "plots/overhead-by-layer.svg", "**"), ("timeline.csv", "plots/timeline.svg", ""),
        ])
    func missing(name: String, plot: String, emphasis: String) throws {
        var texts = Rows.texts(Rows.three)
        texts[name] = nil
        let files = try ReportFolder(texts: texts).files()
        let sentence = "\(emphasis)\(name) is missing; what it would show is left out.\(emphasis)\n"
        #expect(files[0].contents.contains("\n" + sentence))
        #expect(files[1].contents.contains("\(name) is missing"))
        #expect(!files.contains { $0.name == plot })
    }

    @Test("a folder that does not exist, a file, and the folder above the runs")
    func notRun() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("pushlab-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(sentence(path) == "\(path) does not exist")
        for run in ["a", "b", "c", "d"] {
            let folder = "\(path)/tiny/\(run)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data().write(to: URL(fileURLWithPath: "\(folder)/summary.csv"))
        }
        let runs = "…, \(path)/tiny/b, \(path)/tiny/c, \(path)/tiny/d"
        for folder in [path, "\(path)/tiny"] {
            #expect(sentence(folder) == "\(folder) is not the folder of a run; the runs are below it: \(runs)")
        }
        let file = "\(path)/tiny/a/summary.csv"
        #expect(sentence(file) == "\(file) is a file; give the folder of a run, which has summary.csv")
    }

    private func sentence(_ directory: String) -> String {
        #expect(throws: ReportError.self) { try ReportFolder(directory: directory) }?.description ?? ""
    }

    @Test("an unknown column, with file and line")
    func unknownColumn() {
        var texts = Rows.texts(Rows.three)
        texts["layers.csv"] = texts["layers.csv"].map { "colour," + $0 }
        let error = #expect(throws: ReportError.self) { try ReportFolder(texts: texts, in: "x") }
        #expect(error?.description == "x/layers.csv:1: column colour does not belong to layers.csv")
    }

    @Test("no rows")
    func noRows() {
        let error = #expect(throws: ReportError.self) { try ReportFolder(texts: Rows.texts([])) }
        #expect(error?.description == "summary.csv has no rows: no case of the run finished")
    }

    @Test("an invalid manifest")
    func manifest() {
        var texts = Rows.texts(Rows.three)
        texts["manifest.json"] = "{}\n"
        let error = #expect(throws: ReportError.self) { try ReportFolder(texts: texts, in: "x/") }
        #expect(error?.description.hasPrefix("x/manifest.json: ") == true)
    }
}

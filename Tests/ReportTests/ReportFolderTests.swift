import Testing

@testable import Report

@Suite("Errors of reading a run folder")
struct ReportFolderTests {
    @Test("a file is missing", arguments: ["summary.csv", "layers.csv", "timeline.csv"])
    func missing(name: String) {
        var texts = Rows.texts(Rows.three)
        texts[name] = nil
        #expect(throws: ReportError.missingFile("Results/x/\(name)")) {
            try ReportFolder(texts: texts, in: "Results/x")
        }
    }

    @Test("a folder that does not exist")
    func noFolder() {
        #expect(throws: ReportError.missingFile("/nowhere/at/all/summary.csv")) {
            try ReportFolder(directory: "/nowhere/at/all")
        }
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
        texts["manifest.json"] = "{"
        let error = #expect(throws: ReportError.self) { try ReportFolder(texts: texts, in: "x/") }
        #expect(error?.description.hasPrefix("x/manifest.json: ") == true)
    }
}

import Foundation
import Host
import LoadGenerator
import Measurement
import ResultFiles
import Testing

@testable import Lab

@Suite("The folder of a run's results")
struct RunFolderTests {
    @Test("a named folder is made in an existing one; missing parents are not made")
    func named() throws {
        try withScratch { scratch in
            let folder = try RunFolder(creating: "\(scratch)/out")
            #expect(folder.path == "\(scratch)/out")
            #expect(throws: OutputFault.exists("\(scratch)/out")) { try RunFolder(creating: "\(scratch)/out") }
            #expect(throws: OutputFault.noFolder("\(scratch)/a/b", parent: "\(scratch)/a")) {
                try RunFolder(creating: "\(scratch)/a/b")
            }
            #expect(try names(scratch) == ["out"])
        }
    }

    @Test("without a name the default folder is made once, with all its parents")
    func usual() throws {
        try withScratch { scratch in
            let place = "\(scratch)/Results/small/1"
            let folder = try RunFolder(creating: nil, otherwise: place)
            #expect(folder.path == place)
            #expect(throws: OutputFault.exists(place)) { try RunFolder(creating: nil, otherwise: place) }
        }
    }

    @Test("after each step all results are complete files")
    func writing() throws {
        try withScratch { scratch in
            let folder = try RunFolder(creating: "\(scratch)/out")
            var results = RunResults()
            for id in ["b", "a"] {
                results.add(RowMaker(identity: .fake, outcome: .fake(of: .fake(id))))
                results.sort(by: ["a", "b"])
                try folder.write(&results, manifest: manifest)
            }
            #expect(
                try names(folder.path) == [
                    "a_r1.hlog", "b_r1.hlog", "datapackage.json", "exchanges.csv", "layers.csv", "manifest.json",
                    "summary.csv", "timeline.csv",
                ])
            let text = TextFile.read("\(folder.path)/summary.csv") ?? ""
            #expect(try SummaryRow.table.rows(from: text, file: "summary.csv").map(\.caseID) == ["a", "b"])
        }
    }

    @Test("rows are sorted by case, then by repeat, and rows of one run stay together")
    func order() {
        var results = RunResults()
        for (id, repetition) in [("b", 2), ("a", 1), ("b", 1), ("a", 2)] {
            results.add(RowMaker(identity: .fake, outcome: .fake(of: .fake(id, repetition: repetition))))
        }
        results.sort(by: ["b", "a"])
        #expect(results.summary.map { "\($0.caseID)\($0.repetition)" } == ["b1", "b2", "a1", "a2"])
        let layers = results.layers.map { "\($0.caseID)\($0.repetition)" }
        #expect(layers == layers.sorted { ($0.first == "b" ? 0 : 1, $0) < ($1.first == "b" ? 0 : 1, $1) })
        let first = results.layers.filter { $0.caseID == "b" && $0.repetition == 1 }
        #expect(first.map(\.layer) == RowMaker(identity: .fake, outcome: .fake()).layers.map(\.layer))
    }

    @Test("a case that is missing in the order comes last")
    func unknownCase() {
        var results = RunResults()
        for id in ["x", "a"] { results.add(RowMaker(identity: .fake, outcome: .fake(of: .fake(id)))) }
        results.sort(by: ["a"])
        #expect(results.summary.map(\.caseID) == ["a", "x"])
    }

    @Test("histograms of a case's repeats are merged")
    func merging() {
        var results = RunResults()
        for repetition in 1...3 {
            var record = LoadRecord()
            record.latency.record(microseconds: Int64(repetition * 100))
            results.add(RowMaker(identity: .fake, outcome: .fake(record, of: .fake("a", repetition: repetition))))
        }
        #expect(results.mergedLatencies["a"]?.count == 3)
        #expect(results.mergedLatencies["a"]?.max == 300)
    }

    private var manifest: Manifest {
        Manifest(
            runID: "run", scenario: .init(name: "fake", text: "", sha256: ""), seed: 1, caseOrder: ["b", "a"],
            commandLine: [], startedAt: UTCInstant(millisecondsSince1970: 0))
    }

    private func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    private func withScratch(_ body: (String) throws -> Void) throws {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("pushlab-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: scratch) }
        try body(scratch.path)
    }
}

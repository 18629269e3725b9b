import Foundation
import Glibc
import ResultFiles
import Testing

@Suite("pushlab merge")
struct MergeTests {
    @Test("two runs become one folder that has every repeat once")
    func merging() throws {
        let scratch = try Scratch()
        try Runs.make(in: scratch, "a", "--repeats", "2")
        try Runs.make(in: scratch, "b", "--seed", "9")
        let ending = try Tool.pushlab(
            "merge", scratch.path("a"), scratch.path("b"), "--out", scratch.path("ab"))
        #expect(ending.code == 0, "\(ending.complaint)")
        let rows = try SummaryRow.table.rows(from: scratch.read("ab/summary.csv") ?? "", file: "summary.csv")
        #expect(rows.map(\.repetition) == [1, 2, 3])
        #expect(rows.map(\.seed) == [3, 4, 9])
        let manifest = try Manifest(json: scratch.read("ab/manifest.json") ?? "", file: "manifest.json")
        #expect(manifest.complete)
        #expect(manifest.mergedRuns?.map(\.runID) == [rows[0].runID, rows[2].runID])
        for (folder, old, new) in [("a", 1, 1), ("a", 2, 2), ("b", 1, 3)] {
            let log = scratch.read("\(folder)/\(Runs.log(old))")
            #expect(log != nil)
            #expect(log == scratch.read("ab/\(Runs.log(new))"))
        }
        let layers = try LayerRow.table.rows(from: scratch.read("ab/layers.csv") ?? "", file: "layers.csv")
        #expect(Set(layers.map(\.repetition)) == [1, 2, 3])
        #expect(scratch.read("ab/report.html")?.contains("<dt>merged from</dt>") == true)
        try comparesAndReports(scratch)
        try refusesTwice(scratch)
    }

    @Test("every file of a run is in the merged folder, with the rows of both runs or judged by the repeats of both")
    func files() throws {
        let scratch = try Scratch()
        let lines = (1...20).map { "\($0)" + String(repeating: "x", count: 40) }
        _ = try scratch.write("app.ndjson", lines.joined(separator: "\n") + "\n")
        let extra = """
            thresholds: ["delivered > 0"]
            claims:
              - {id: frame, source: RFC 6455, statement: None is lost., quantity: websocket.missed, published: 0}

            """
        let text = SmallScenario.text(clients: 2).replacing(
            "source: synthetic, rate: 20/s, payload: 64B", with: "source: \"replay:app.ndjson\"")
        let scenario = try scratch.write("full.yaml", text + extra)
        for folder in ["a", "b"] {
            let run = try Tool.pushlab(
                "run", scenario, "--out", scratch.path(folder), "--quiet", "--fail-if", "errors > 1000")
            #expect(run.code != 2, "\(run.complaint)")
            // Captures need a permission, so the file is made here.
            let log = try #require(try Self.names(in: scratch.path(folder)).first { $0.hasSuffix("_r1.hlog") })
            _ = try scratch.write("\(folder)/\(log.replacing(".hlog", with: ".pcapng"))", folder)
        }
        let ending = try Tool.pushlab("merge", scratch.path("a"), scratch.path("b"), "--out", scratch.path("ab"))
        #expect(ending.code == 0, "\(ending.complaint)")
        let merged = try Self.names(in: scratch.path("ab"))
        let files = try Self.names(in: scratch.path("a"))
        #expect(files.isSuperset(of: ["checks.csv", "claims.csv", "exchanges.csv", "predictions.csv", "summary.json"]))
        for name in files {
            #expect(merged.contains(name), "\(name) is lost")
            if name.contains("_r1.") {
                let second = name.replacing("_r1.", with: "_r2.")
                #expect(merged.contains(second), "\(second) is lost")
                #expect(scratch.read("ab/\(second)") == scratch.read("b/\(name)"))
            } else if name.hasSuffix(".csv"), !name.contains("/"), !Self.rebuilt.contains(name) {
                func rows(_ folder: String) -> Int { Self.rows(scratch.read("\(folder)/\(name)")) }
                #expect(rows("a") > 0)
                #expect(rows("ab") == rows("a") + rows("b"), "\(name)")
            }
        }
        try judgesAgain(scratch)
    }

    /// Tables that are computed from the others.
    private static let rebuilt: Set = ["checks.csv", "claims.csv", "aggregates.csv", "comparisons.csv"]

    private static func names(in folder: String) throws -> Set<String> {
        Set(try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.contains(".") })
    }

    private static func rows(_ text: String?) -> Int {
        (text ?? "").components(separatedBy: "\r\n").count { !$0.isEmpty } - 1
    }

    private func judgesAgain(_ scratch: borrowing Scratch) throws {
        func read<Row: CSVRow>(_ table: CSVTable<Row>, _ folder: String) throws -> [Row] {
            try table.rows(from: scratch.read("\(folder)/\(table.fileName)") ?? "", file: table.fileName)
        }
        let valid = try read(SummaryRow.table, "ab").count { $0.bytesValid == true }
        let checks = try read(CheckRow.table, "ab")
        #expect(checks.map(\.origin) == ["threshold", "fail-if"])
        #expect(checks.map(\.repeats) == [valid, valid])
        let claims = try read(ClaimRow.table, "ab")
        #expect(claims.map(\.claimID) == ["frame"])
        #expect(claims.map(\.repeats) == [valid])
        // What was merged can be merged again.
        let again = try Tool.pushlab(
            "run", "--again", scratch.path("a"), "--out", scratch.path("c"), "--quiet", folder: scratch.folder)
        #expect(again.code != 2, "\(again.complaint)")
        let ending = try Tool.pushlab("merge", scratch.path("ab"), scratch.path("c"), "--out", scratch.path("abc"))
        #expect(ending.code == 0, "\(ending.complaint)")
        #expect(try read(ClaimRow.table, "abc").map(\.claimID) == ["frame"])
        #expect(try read(CheckRow.table, "abc").count == 2)
    }

    private func comparesAndReports(_ scratch: borrowing Scratch) throws {
        let compared = try Tool.pushlab("compare", scratch.path("a"), scratch.path("ab"))
        #expect(compared.code == 0)
        #expect(compared.output.contains("too few repeats for a verdict: 2 and 3"))
        let reported = try Tool.pushlab("report", scratch.path("ab"))
        #expect(reported.code == 0, "\(reported.complaint)")
        #expect(reported.output.contains("merged histograms"))
    }

    private func refusesTwice(_ scratch: borrowing Scratch) throws {
        let again = try Tool.pushlab("merge", scratch.path("ab"), scratch.path("a"), "--out", scratch.path("aba"))
        #expect(again.code == 2)
        #expect(again.complaint.contains("merge takes each run only once"))
        #expect(scratch.read("aba/summary.csv") == nil)
        let taken = try Tool.pushlab("merge", scratch.path("a"), scratch.path("b"), "--out", scratch.path("ab"))
        #expect(taken.code == 2)
        #expect(taken.complaint.contains("exists already"))
        let one = try Tool.pushlab("merge", scratch.path("a"), "--out", scratch.path("c"))
        #expect(one.code == 2)
    }

    @Test("bad input: one sentence, exit 2, no output; --allow-incomplete merges an incomplete run and marks it")
    func damaged() throws {
        let scratch = try Scratch()
        try Runs.make(in: scratch, "a")
        try Runs.make(in: scratch, "b", "--seed", "9")
        try refusesDamage(scratch)
        try mergesIncomplete(scratch)
    }

    private func refusesDamage(_ scratch: borrowing Scratch) throws {
        let b = scratch.path("b")
        func refuses(_ sentence: String, _ damage: (String) throws -> Void) throws {
            let bad = scratch.path("bad")
            try? FileManager.default.removeItem(atPath: bad)
            try FileManager.default.copyItem(atPath: b, toPath: bad)
            try damage(bad)
            let ending = try Tool.pushlab("merge", scratch.path("a"), bad, "--out", scratch.path("out"))
            #expect(ending.code == 2)
            #expect(ending.complaint.contains(sentence), "\(ending.complaint)")
            #expect(ending.complaint.split(separator: "\n").count == 1)
            #expect(!FileManager.default.fileExists(atPath: scratch.path("out")))
        }
        try refuses("bad/summary.csv is missing") { try Runs.remove("summary.csv", in: $0) }
        try refuses("bad/manifest.json is missing") { try Runs.remove("manifest.json", in: $0) }
        try refuses("\(Runs.log(1)) is missing or incomplete") { try Runs.remove(Runs.log(1), in: $0) }
        try refuses("\(Runs.log(1)): line 1: not a histogram line") { try Runs.write("1,2\n", Runs.log(1), in: $0) }
        try refuses("bad/timeline.csv is missing or incomplete") {
            try Runs.edit("timeline.csv", in: $0) { Runs.header($0) }
        }
        try refuses("bad/layers.csv:1: column colour does not belong to layers.csv") {
            try Runs.edit("layers.csv", in: $0) { "colour," + $0 }
        }
        try refuses("bad/summary.csv:2: ") {
            try Runs.edit("summary.csv", in: $0) {
                $0.replacingOccurrences(of: "websocket,,5,", with: "websocket,,five,")
            }
        }
        try refuses("the run is incomplete: interrupted") {
            try Runs.edit("manifest.json", in: $0) { Runs.incomplete($0) }
        }
    }

    @Test("the runs of two load processes with one server become one folder")
    func processes() throws {
        let scratch = try Scratch()
        let server = try Tool.start("pushlab-server", "--rate", "50/s")
        defer {
            server.signal(SIGTERM)
            _ = server.wait()
        }
        let line = try JSONSerialization.jsonObject(with: Data(server.firstLine.utf8)) as? [String: Any]
        let port = try #require(line?["port"] as? Int)
        let url = "http://127.0.0.1:\(port)"
        let out = [scratch.path("1"), scratch.path("2")]
        let endings = try Tool.undisturbed(out[0], out[1]) {
            let loads = try out.enumerated().map { index, folder in
                try Tool.start(
                    "pushlab", "load", "--url", url, "--transport", "websocket", "--clients", "3", "--duration", "1s",
                    "--warmup", "0s", "--seed", "\(index + 1)", "--out", folder, "--quiet")
            }
            return loads.map { $0.wait() }
        }
        for ending in endings { #expect(ending.code == 0, "\(ending.complaint)") }
        let ending = try Tool.pushlab("merge", scratch.path("1"), scratch.path("2"), "--out", scratch.path("all"))
        #expect(ending.code == 0, "\(ending.complaint)")
        let rows = try SummaryRow.table.rows(from: scratch.read("all/summary.csv") ?? "", file: "summary.csv")
        #expect(rows.map(\.repetition) == [1, 2])
        #expect(rows.map(\.seed) == [1, 2])
    }

    private func mergesIncomplete(_ scratch: borrowing Scratch) throws {
        try Runs.edit("manifest.json", in: scratch.path("b")) { Runs.incomplete($0) }
        let ending = try Tool.pushlab(
            "merge", scratch.path("a"), scratch.path("b"), "--out", scratch.path("ab"), "--allow-incomplete")
        #expect(ending.code == 0, "\(ending.complaint)")
        let manifest = try Manifest(json: scratch.read("ab/manifest.json") ?? "", file: "manifest.json")
        #expect(!manifest.complete)
        #expect(manifest.incompleteReason?.contains("interrupted") == true)
        #expect(scratch.read("ab/report.md")?.contains("This run is incomplete") == true)
    }

    @Test("merge refuses runs with different scenarios, settings or faults")
    func different() throws {
        let scratch = try Scratch()
        try Runs.make(in: scratch, "a")
        try Runs.make(in: scratch, "longer", "--set", "duration=1500ms")
        try Runs.make(in: scratch, "late", "--fault-publish-delay", "1ms")
        let other = SmallScenario.text(clients: 6)
        let scenario = try scratch.write("other.yaml", other)
        _ = try Tool.pushlab("run", scenario, "--out", scratch.path("other"), "--quiet")
        for (folder, sentence) in [
            ("longer", "duration_s 1 vs 1.5"), ("late", "have different deliberate faults"),
            ("other", "are runs of different scenarios"),
        ] {
            let ending = try Tool.pushlab(
                "merge", scratch.path("a"), scratch.path(folder), "--out", scratch.path("out"))
            #expect(ending.code == 2)
            #expect(ending.complaint.contains(sentence), "\(ending.complaint)")
            #expect(!FileManager.default.fileExists(atPath: scratch.path("out")))
        }
    }
}

@Suite("pushlab compare with a slower server")
struct SlowerServerTests {
    @Test("compare reports a deliberate delay as worse, and the report names the fault")
    func slower() throws {
        let scratch = try Scratch()
        // The delay is much larger than the disturbance by other tests. Some of the ten repeats may be invalid.
        try Runs.make(in: scratch, "fast", "--repeats", "10")
        let run = try Runs.make(in: scratch, "slow", "--repeats", "10", "--fault-publish-delay", "400ms")
        #expect(run.complaint.contains("a fault made on purpose: the server publishes each item 400ms late"))
        #expect(scratch.read("slow/report.md")?.contains("Deliberate faults: publish") == true)
        let ending = try Tool.pushlab("compare", scratch.path("fast"), scratch.path("slow"))
        #expect(ending.code == 0, "\(ending.complaint)")
        let p50 = ending.output.split(separator: "\n").first { $0.contains("latency_p50_us") }
        #expect(p50?.contains("worse") == true, "\(ending.output)")
        #expect(ending.output.contains("One run ended before the other began"))
    }
}

/// Makes runs of ``SmallScenario`` and damages their folders.
private enum Runs {
    static func log(_ repetition: Int) -> String {
        HistogramFileName.of(caseID: "synthetic-20-per-s-64B_5-clients_websocket", repetition: repetition)
    }

    @discardableResult
    static func make(in scratch: borrowing Scratch, _ folder: String, _ options: String...) throws -> Tool.Ending {
        let scenario = try scratch.write("small.yaml", SmallScenario.text())
        let arguments = ["run", scenario, "--out", scratch.path(folder), "--quiet"] + options
        let ending = try Tool.Running(Tool.path("pushlab"), arguments, folder: nil).wait()
        // 1 if a busy machine makes a repeat invalid; the folder is complete nevertheless.
        #expect(ending.code == 0 || ending.code == 1, "\(ending.complaint)")
        #expect(scratch.read("\(folder)/report.md") != nil)
        return ending
    }

    static func remove(_ name: String, in folder: String) throws {
        try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }

    static func write(_ text: String, _ name: String, in folder: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }

    static func edit(_ name: String, in folder: String, _ change: (String) -> String) throws {
        try write(change(try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)), name, in: folder)
    }

    static func header(_ text: String) -> String {
        text.split(separator: "\r\n", maxSplits: 1).first.map { $0 + "\r\n" } ?? ""
    }

    static func incomplete(_ manifest: String) -> String {
        manifest.replacingOccurrences(
            of: "\"complete\" : true", with: "\"complete\" : false, \"incomplete_reason\" : \"interrupted\"")
    }
}

import Foundation
import ResultFiles
import Testing

@Suite("Output for programs: JSON, JUnit, events, exit codes")
struct ProgramOutputTests {
    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private func tests(_ xml: String?) -> Int { (xml ?? "").components(separatedBy: "<testcase ").count - 1 }

    @Test("a run whose condition does not pass: exit 3, one JSON object, JUnit, an event per line; then its report")
    func run() throws {
        let scratch = try Scratch()
        let text = SmallScenario.text(transports: ["long-poll", "websocket"]) + "thresholds: [missed == 0]\n"
        let scenario = try scratch.write("small.yaml", text)
        let ending = try Tool.pushlab(
            "run", scenario, "--out", scratch.path("out"), "--format", "json", "--progress", "json", "--junit",
            scratch.path("run.xml"), "--fail-if", "websocket.latency_p99_us > 1us", "--quiet")
        #expect(ending.code == 3, "\(ending.complaint)")
        let output = try object(ending.output)
        #expect(output["command"] as? String == "run" && output["exit_code"] as? Int == 3)
        let results = try #require(output["results"] as? [String: Any])
        #expect((results["cases"] as? [Any])?.count == 2 && (results["checks"] as? [Any])?.count == 3)
        let summary = try object(scratch.read("out/summary.json") ?? "")
        let texts = try [summary, results].map { try JSONSerialization.data(withJSONObject: $0, options: .sortedKeys) }
        #expect(texts[0] == texts[1])
        #expect(tests(scratch.read("run.xml")) == 6)
        #expect(scratch.read("run.xml")?.contains("tests=\"6\" failures=\"1\" errors=\"0\"") == true)
        let lines = ending.complaint.split(separator: "\n").map(String.init)
        let events = try lines.filter { $0.hasPrefix("{") }.map { try object($0)["event"] as? String }
        #expect(
            events.filter { $0 != "measured_again" } == [
                "started", "case_began", "case_ended", "case_began", "case_ended", "done",
            ])
        #expect(lines.filter { !$0.hasPrefix("{") }.count == 1)
        try report(scratch)
        try compare(scratch)
        try resume(scratch)
    }

    private func resume(_ scratch: borrowing Scratch) throws {
        let ending = try Tool.pushlab(
            "run", "--resume", scratch.path("out"), "--format", "json", "--junit", scratch.path("again.xml"))
        #expect(ending.code == 3, "\(ending.complaint)")
        #expect(ending.complaint.contains("is complete"))
        #expect(try object(ending.output)["exit_code"] as? Int == 3)
        #expect(scratch.read("again.xml") == scratch.read("run.xml"))
    }

    private func report(_ scratch: borrowing Scratch) throws {
        let table = try Tool.pushlab(
            "report", scratch.path("out"), "--aggregates", scratch.path("t.tex"), "--columns", "missed,requests")
        #expect(table.code == 0)
        #expect(scratch.read("t.tex")?.contains(" & n & missed & requests") == true)
        let again = try object(try Tool.pushlab("report", scratch.path("out"), "--format", "json").output)
        #expect(again["folder"] as? String == scratch.path("out"))
        let rows = try AggregateRow.table.rows(
            from: scratch.read("out/aggregates.csv") ?? "", file: "aggregates.csv")
        #expect(Set(rows.map { $0.transport }) == ["long-poll", "websocket"])
    }

    private func compare(_ scratch: borrowing Scratch) throws {
        let folder = scratch.path("out")
        let ending = try Tool.pushlab(
            "compare", folder, "--cases", "long-poll", "websocket", "--fail-on", "any", "--format", "json", "--junit",
            scratch.path("compare.xml"))
        #expect(ending.code == 4, "one repeat cannot tell")
        #expect(try object(ending.output)["exit_code"] as? Int == 4)
        #expect(scratch.read("compare.xml")?.contains("tests=\"5\" failures=\"0\" errors=\"5\"") == true)
        #expect(try Tool.pushlab("compare", folder, folder).code == 0)
        #expect(try Tool.pushlab("compare", folder, folder, "--fail-on", "worse").code == 4)
        let unknown = try Tool.pushlab("compare", folder, "--cases", "long-poll", "websockets", "--fail-on", "any")
        #expect(unknown.code == 2)
        #expect(unknown.complaint.contains("no case named websockets; allowed long-poll, websocket and the ids of"))
    }

    @Test("validate: cases or mistakes as JSON and JUnit; a mistake is exit 2 whatever else is asked for")
    func validate() throws {
        let scratch = try Scratch()
        let good = try scratch.write("good.yaml", SmallScenario.text())
        let valid = try Tool.pushlab("validate", good, "--format", "json", "--junit", scratch.path("v.xml"))
        #expect(valid.code == 0 && scratch.read("v.xml")?.contains("failures=\"0\"") == true)
        #expect((try object(valid.output)["cases"] as? [Any])?.count == 1)
        let bad = try scratch.write("bad.yaml", SmallScenario.text() + "clints: 3\nrepeats: 0\n")
        let invalid = try Tool.pushlab("validate", bad, "--format", "json", "--junit", scratch.path("v.xml"))
        #expect(invalid.code == 2)
        let errors = try #require(try object(invalid.output)["errors"] as? [String])
        #expect(errors.count == 2 && errors.allSatisfy { $0.hasPrefix("\(bad):") })
        #expect(invalid.complaint == errors.joined(separator: "\n") + "\n")
        #expect(scratch.read("v.xml")?.contains("failures=\"1\"") == true)
    }

    @Test("a file of --junit that cannot be written is refused before the run")
    func refused() throws {
        let scratch = try Scratch()
        let scenario = try scratch.write("small.yaml", SmallScenario.text())
        let ending = try Tool.pushlab("run", scenario, "--out", scratch.path("out"), "--junit", "/nowhere/x.xml")
        #expect(ending.code == 2)
        #expect(ending.complaint.hasPrefix("--junit is /nowhere/x.xml, but /nowhere is not a folder; create it first"))
        #expect(scratch.read("out/manifest.json") == nil)
    }

    @Test("predict and advise print one object as the other commands; a number that is missing is null")
    func formulas() throws {
        let scratch = try Scratch()
        let text = SmallScenario.text(transports: ["short-poll, http: 2", "websocket"])
        let scenario = try scratch.write("small.yaml", text)
        let predicted = try object(try Tool.pushlab("predict", scenario, "--format", "json").output)
        #expect(predicted["schema_version"] as? Int == 1 && predicted["command"] as? String == "predict")
        #expect(predicted["exit_code"] as? Int == 0)
        let cases = try #require(predicted["cases"] as? [[String: Any]])
        #expect(cases.map { $0["transport"] as? String } == ["short-poll", "websocket"])
        #expect(cases.allSatisfy { $0["clients"] as? Int == 5 && $0["case_id"] is String })
        let quantities = try #require(cases[1]["quantities"] as? [String: [String: Any]])
        #expect(quantities["connects"]?["value"] as? Int == 5)
        #expect(quantities["connects"]?["unit"] is NSNull)
        #expect(quantities["latency_mean_us"]?["unit"] as? String == "us")
        let advised = try object(
            try Tool.pushlab("advise", "--rate", "10/s", "--age", "1s", "--format", "json").output)
        #expect(advised["schema_version"] as? Int == 1 && advised["command"] as? String == "advise")
        let transports = try #require(advised["transports"] as? [[String: Any]])
        #expect(transports.count > 2 && transports.allSatisfy { $0["wire_bytes_per_client_s"] is NSNumber })
    }

    @Test("explain prints its own object, with the version of its fields")
    func explanation() throws {
        let frame = try object(try Tool.pushlab("explain", "frames", "81 01 61", "--format", "json").output)
        #expect(frame["schema_version"] as? Int == 1)
        #expect(frame["subject"] as? String == "frames")
    }

    @Test("doctor lists its findings")
    func doctor() throws {
        let doctor = try Tool.pushlab("doctor", "--format", "json")
        let output = try object(doctor.output)
        #expect(output["exit_code"] as? Int == Int(doctor.code))
        #expect((output["findings"] as? [[String: String]])?.contains { $0["subject"] == "processors" } == true)
    }
}

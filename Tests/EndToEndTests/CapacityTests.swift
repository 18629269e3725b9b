import Foundation
import ResultFiles
import Testing

@Suite("pushlab capacity")
struct CapacityTests {
    @Test("finds the largest value at which a condition is false, and writes the folder of a run")
    func search() throws {
        let scratch = try Scratch()
        let scenario = try scratch.write("small.yaml", SmallScenario.text())
        // A condition whose edge is known: no machine changes it.
        let ending = try Tool.pushlab(
            "capacity", scenario, "--raise", "clients", "--until", "clients > 3", "--start", "2", "--edge-repeats", "1",
            "--test-delay-per-item", "2ms", "--out", scratch.path("out"), "--quiet")
        #expect(ending.output == "websocket: clients 3 (3 to 4), after 3 measurements\n", "\(ending.complaint)")
        #expect(ending.code == 0)
        let rows = try CapacityRow.table.rows(from: scratch.read("out/capacity.csv") ?? "", file: "capacity.csv")
        #expect(rows.map(\.load) == [2, 4, 3])
        #expect(rows.map(\.isReached) == [false, true, false])
        let summary = try SummaryRow.table.rows(from: scratch.read("out/summary.csv") ?? "", file: "summary.csv")
        #expect(summary.map(\.clients) == [2, 3, 4])
        #expect(summary.map(\.axes) == ["clients=2", "clients=3", "clients=4"])
        #expect(scratch.read("out/manifest.json")?.contains("\"item_delay\" : \"2ms\"") == true)
        #expect(scratch.read("out/datapackage.json")?.contains("capacity.csv") == true)
        #expect(try Tool.pushlab("report", scratch.path("out")).code == 0)
        let merge = try Tool.pushlab(
            "merge", scratch.path("out"), scratch.path("out") + "/.", "--out", scratch.path("both"))
        #expect(merge.code == 2)
        #expect(merge.complaint.contains("capacity.csv has a search for the capacity"), "\(merge.complaint)")
    }

    @Test(
        "a search that makes no sense is refused in one sentence",
        arguments: [
            (["--raise", "seed", "--until", "missed > 0"], "--raise is \"seed\"; allowed feeds[].rate, "),
            (["--raise", "clients", "--until", "missed"], "a comparison is missing"),
            (["--raise", "clients", "--until", "websocket.missed > 0"], "write columns without a name before them"),
            (["--raise", "clients", "--until", "missed > 0", "--start", "10/s"], "--start: \"10/s\""),
            (
                ["--raise", "clients", "--until", "missed > 0", "--start", "30000"],
                "--start is 30000, for one load process; allowed up to 20000 for each; use --processes 2 or more, "
            ),
            (
                ["--raise", "clients", "--until", "missed > 0", "--processes", "2", "--most", "40001"],
                "--most is 40001, which is 20001 for each of 2 load processes; allowed up to 20000 for each; "
            ),
            (
                ["--raise", "clients", "--until", "missed > 0", "--set", "clients=20001"],
                "is 20001, for one load process; "
            ),
            (["--raise", "clients", "--until", "ci(latency_p50_us) > 5%"], "--until has ci(…), which needs 6 repeats"),
            (
                ["--raise", "clients", "--until", "missed > 0", "--most", "1"],
                "--most is 1; allowed 5, the first value"
            ),
            (
                ["--raise", "short-poll.interval", "--until", "missed > 0"],
                "has no single value of short-poll.interval"
            ),
        ])
    func refused(words: [String], sentence: String) throws {
        let scratch = try Scratch()
        let scenario = try scratch.write("small.yaml", SmallScenario.text())
        let ending = try Tool.Running(
            Tool.path("pushlab"), ["capacity", scenario] + words + ["--out", scratch.path("out")], folder: nil
        ).wait()
        #expect(ending.code == 2)
        #expect(ending.complaint.contains(sentence), "\(ending.complaint)")
        #expect(ending.complaint.split(separator: "\n").count == 1)
        #expect(!FileManager.default.fileExists(atPath: scratch.path("out")))
    }
}

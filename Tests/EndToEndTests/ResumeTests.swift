import Foundation
import Glibc
import ResultFiles
import Testing

@Suite("pushlab run --resume and --again")
struct ResumeTests {
    @Test("an interrupted run goes on with what is missing; a repetition has the same items and requests")
    func resumption() throws {
        let scratch = try Scratch()
        let scenario = try scratch.write(
            "small.yaml", SmallScenario.text(transports: ["websocket", "short-poll, interval: 100ms"]))
        let run = try Tool.start("pushlab", "run", scenario, "--out", scratch.path("out"), "--quiet")
        // The file appears when the first case is finished.
        for _ in 0..<1_200 where scratch.read("out/summary.csv") == nil { usleep(50_000) }
        run.signal(SIGINT)
        #expect(run.wait().code == 130)
        let kept = try rows(scratch, "out")
        #expect(kept.count == 1)
        let before = (scratch.read("out/summary.csv") ?? "").split(separator: "\r\n")
        let refused = try Tool.pushlab(
            "run", try scratch.write("other.yaml", SmallScenario.text(clients: 6)), "--resume", scratch.path("out"))
        #expect(refused.code == 2)
        #expect(refused.complaint.contains("is a run of another scenario"))

        let resumed = try Tool.pushlab("run", "--resume", scratch.path("out"))
        let all = try rows(scratch, "out")
        #expect(all.map(\.transport) == ["websocket", "short-poll"])
        // A row that a pause of the machine spoiled is measured again.
        if kept.first?.valid == true {
            #expect(resumed.complaint.hasPrefix("1 of 2 runs are left, about "), "\(resumed.complaint)")
            #expect(kept.allSatisfy(all.contains))
            let after = (scratch.read("out/summary.csv") ?? "").split(separator: "\r\n")
            #expect(before.allSatisfy(after.contains))
        }
        #expect(Set(all.map(\.runID)).count == 1)
        let again = try Tool.pushlab("run", "--again", scratch.path("out"), "--out", scratch.path("again"), "--quiet")
        #expect([0, 1].contains(again.code), "\(again.complaint)")
        let repeated = try rows(scratch, "again")
        #expect(repeated.map(\.caseID) == all.map(\.caseID))
        #expect(repeated.map(\.seed) == all.map(\.seed))
        // A pause of the machine may spoil a run, but not what the server had to publish.
        for (one, other) in zip(all, repeated) where one.bytesValid == true && other.bytesValid == true {
            #expect(one.published == other.published)
            #expect(one.unique == other.unique)
        }
    }

    @Test("a complete run is judged as before: items that were lost with the history are a result, not an error")
    func lostHistory() throws {
        let scratch = try Scratch()
        let restart = "reconnect: {after: 1s, down: 500ms, wait: 100ms, history: lost}\n"
        let scenario = try scratch.write("restart.yaml", SmallScenario.text(duration: "3s") + restart)
        let run = try Tool.undisturbed(scratch.path("out")) {
            [try Tool.pushlab("run", scenario, "--out", scratch.path("out"), "--quiet")]
        }
        #expect(run.map(\.code) == [0], "\(run.map(\.complaint))")
        let missed = try #require(try rows(scratch, "out").first?.missed)
        #expect(missed > 0)
        let resumed = try Tool.pushlab("run", "--resume", scratch.path("out"), "--quiet")
        #expect(resumed.code == 0, "\(resumed.complaint)")
        #expect(resumed.complaint.contains("is complete"))
    }

    private func rows(_ scratch: borrowing Scratch, _ folder: String) throws -> [SummaryRow] {
        try SummaryRow.table.rows(from: scratch.read("\(folder)/summary.csv") ?? "", file: "summary.csv")
    }
}

import Foundation
import Glibc
import ResultFiles
import Testing

@Suite("pushlab run")
struct RunTests {
    @Test("a run writes a complete folder and exits with 0")
    func wholeRun() throws {
        let scratch = try Scratch()
        let scenario = try scratch.write(
            "small.yaml", SmallScenario.text(transports: ["long-poll", "websocket", "short-poll, interval: 100ms"]))
        let ending = try Tool.pushlab("run", scenario, "--out", scratch.path("out"))
        #expect(ending.code == 0, "\(ending.complaint)")
        #expect(ending.output.hasPrefix("Does it work?\n\n"), "the scenario's question is above the results")
        #expect(try Tool.pushlab("report", scratch.path("out")).output.hasPrefix("Does it work?\n\n"))
        let rows = try summary(scratch, "out")
        #expect(rows.map(\.transport) == ["long-poll", "websocket", "short-poll"])
        for row in rows {
            #expect(row.valid == true)
            #expect(row.published == 19)
            #expect(row.unique == 95)
            #expect(row.missed == 0)
        }
        #expect(try manifest(scratch, "out").complete)
        let timeline = try TimelineRow.table.rows(from: scratch.read("out/timeline.csv") ?? "", file: "timeline.csv")
        let layers = try LayerRow.table.rows(from: scratch.read("out/layers.csv") ?? "", file: "layers.csv")
        for row in rows {
            #expect((row.bytesValid, row.timesValid) == (true, true))
            #expect(timeline.filter { $0.caseID == row.caseID }.reduce(0) { $0 + $1.delivered } == row.delivered)
            #expect(layers.filter { $0.caseID == row.caseID }.reduce(0) { $0 + $1.bytes } == row.wireBytesEstimated)
        }
        #expect(timeline.contains { $0.second < 0 })
    }

    @Test("a run without items is valid: the table shows silent, exit 0")
    func silence() throws {
        let scratch = try Scratch()
        let text = SmallScenario.text(transports: ["websocket", "short-poll, interval: 100ms"])
            .replacingOccurrences(of: "rate: 20/s", with: "rate: 1/min")
        let scenario = try scratch.write("idle.yaml", text)
        let ending = try Tool.pushlab("run", scenario, "--out", scratch.path("out"))
        #expect(ending.code == 0, "\(ending.complaint)")
        #expect(ending.output.contains("silent"))
        #expect(!ending.output.contains("no row is valid"))
        let rows = try summary(scratch, "out")
        #expect(rows.map(\.valid) == [true, true])
        // A WebSocket transfers nothing; a client polls ten times per second.
        #expect(rows[0].bytesPerClientSecond == 0)
        #expect(rows[0].requestsPerClientSecond == 0)
        #expect((8...12).contains(rows[1].requestsPerClientSecond ?? 0))
        #expect((rows[1].bytesPerClientSecond ?? 0) > 500)
        #expect((rows[1].serverCPUMicrosecondsPerClientHour ?? 0) > 0)
    }

    @Test("an existing --out is refused and not changed")
    func existingFolder() throws {
        let scratch = try Scratch()
        let scenario = try scratch.write("small.yaml", SmallScenario.text())
        let ending = try Tool.pushlab("run", scenario, "--out", scratch.folder.path)
        #expect(ending.code == 2)
        #expect(ending.complaint.contains("exists already"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path) == ["small.yaml"])
    }

    @Test("a server that dies fails its case; the other cases run, exit 1")
    func dyingServer() throws {
        let scratch = try Scratch()
        let scenario = try scratch.write(
            "small.yaml", SmallScenario.text(transports: ["long-poll", "websocket"], duration: "2s"))
        let run = try Tool.start("pushlab", "run", scenario, "--out", scratch.path("out"))
        let victim = try #require(firstServer(of: run.process.processIdentifier))
        usleep(1_200_000)
        kill(victim, SIGKILL)
        let ending = run.wait()
        #expect(ending.code == 1)
        #expect(ending.complaint.contains("the server process ended during the case"))
        let rows = try summary(scratch, "out")
        #expect(rows.map { $0.valid == true }.filter { $0 }.count == 1)
        let failed = try #require(rows.first { $0.valid == false })
        #expect(failed.invalidReason?.contains("ended during the case") == true)
        #expect(failed.delivered == nil)
    }

    @Test("Ctrl-C keeps finished cases and marks the run as incomplete, exit 130")
    func interruption() throws {
        let scratch = try Scratch()
        let scenario = try scratch.write(
            "small.yaml", SmallScenario.text(transports: ["long-poll", "websocket"], duration: "3s"))
        let run = try Tool.start("pushlab", "run", scenario, "--out", scratch.path("out"))
        // The file appears when the first case is finished.
        for _ in 0..<200 where scratch.read("out/summary.csv") == nil { usleep(50_000) }
        usleep(500_000)
        run.signal(SIGINT)
        let ending = run.wait()
        #expect(ending.code == 130)
        #expect(try summary(scratch, "out").count == 1)
        let manifest = try manifest(scratch, "out")
        #expect(!manifest.complete)
        #expect(manifest.incompleteReason == "interrupted after 1 of 2 runs")
        #expect(Tool.children(of: run.process.processIdentifier, named: "pushlab-server").isEmpty)
    }

    @Test("Ctrl-C before the first result also exits with 130")
    func earlyInterruption() throws {
        let scratch = try Scratch()
        let scenario = try scratch.write("small.yaml", SmallScenario.text(duration: "20s"))
        let run = try Tool.start("pushlab", "run", scenario, "--out", scratch.path("out"))
        #expect(firstServer(of: run.process.processIdentifier) != nil)
        run.signal(SIGINT)
        let ending = run.wait()
        #expect(ending.code == 130)
        #expect(ending.complaint.contains("interrupted"))
        #expect(try manifest(scratch, "out").incompleteReason == "interrupted after 0 of 1 runs")
    }

    @Test("Ctrl-C in load, which has no partial result, removes the folder that it made, exit 130")
    func interruptedLoad() throws {
        let scratch = try Scratch()
        let server = try MeasuredServer()
        defer { server.stop() }
        let out = scratch.path("out")
        let load = try Tool.start(
            "pushlab", "load", "--url", "http://127.0.0.1:\(server.port)", "--transport", "sse", "--clients", "2",
            "--duration", "20s", "--out", out)
        for _ in 0..<200 where scratch.read("out/manifest.json") == nil { usleep(50_000) }
        usleep(500_000)
        load.signal(SIGINT)
        let ending = load.wait()
        #expect(ending.code == 130)
        #expect(
            ending.complaint.hasSuffix(
                "interrupted; a single measurement has no partial result, so \(out) was removed\n"))
        #expect(!FileManager.default.fileExists(atPath: out))
    }

    @Test("a full disk: one sentence")
    func fullDisk() throws {
        let scratch = try Scratch()
        let disk = scratch.path("disk")
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        let mount = try Tool.shell("mount -t tmpfs -o size=4k,mode=777 none \"$1\"", disk)
        guard mount.code == 0 else {
            print("NOT RUN: this test needs permission to mount a tmpfs: \(mount.complaint)")
            return
        }
        defer { _ = try? Tool.shell("umount \"$1\"", disk) }
        let scenario = try scratch.write("small.yaml", SmallScenario.text())
        let ending = try Tool.pushlab("run", scenario, "--out", disk + "/out", "--quiet")
        #expect(ending.code == 1)
        #expect(ending.complaint.contains("No space left on device"))
        #expect(ending.complaint.split(separator: "\n").count == 1)
    }

    @Test("too few file descriptors: the limit and how to raise it")
    func tooFewDescriptors() throws {
        let scratch = try Scratch()
        let scenario = try scratch.write("small.yaml", SmallScenario.text(clients: 500))
        let ending = try Tool.shell(
            "ulimit -n 200; exec \"$1\" run \"$2\" --out \"$3\"", Tool.path("pushlab"), scenario, scratch.path("out"))
        #expect(ending.code == 2)
        #expect(ending.complaint.contains("the hard limit (RLIMIT_NOFILE) is 200; raise it with 'ulimit -Hn"))
    }

    private func firstServer(of parent: Int32) -> Int32? {
        for _ in 0..<100 {
            if let server = Tool.children(of: parent, named: "pushlab-server").first { return server }
            usleep(50_000)
        }
        return nil
    }

    private func summary(_ scratch: borrowing Scratch, _ folder: String) throws -> [SummaryRow] {
        try SummaryRow.table.rows(from: scratch.read("\(folder)/summary.csv") ?? "", file: "summary.csv")
    }

    private func manifest(_ scratch: borrowing Scratch, _ folder: String) throws -> Manifest {
        try Manifest(json: scratch.read("\(folder)/manifest.json") ?? "", file: "manifest.json")
    }
}

import Foundation
import Host
import LoadGenerator
import ResultFiles
import Synchronization
import Testing

@testable import Lab

@Suite("A run of several steps keeps finished results, whatever happens next")
struct RunnerTests {
    @Test("each step becomes a row, in the order of the cases, not of execution")
    func wholeRun() async throws {
        let folder = ScratchFolder()
        let ending = try await folder.run([folder.step("b"), folder.step("a")], rowOrder: ["a", "b"])
        #expect(ending.complaints == [])
        #expect(!ending.wasInterrupted)
        #expect(ending.results.summary.map(\.caseID) == ["a", "b"])
        #expect(ending.results.summary.map(\.valid) == [true, true])
        #expect(ending.manifest.complete)
        #expect(ending.manifest.caseOrder == ["b", "a"])
        #expect(ending.manifest.versions["pushlab-server"] == "9.9.9")
        #expect(try folder.rows().map(\.caseID) == ["a", "b"])
        for name in ["layers.csv", "timeline.csv", "datapackage.json", "a_r1.hlog", "b_r1.hlog", "report.md"] {
            #expect(folder.has(name), "\(name)")
        }
    }

    @Test("a server that dies fails its step with the reason, and the next step is measured")
    func dyingServer() async throws {
        let folder = ScratchFolder()
        let died = FakeServer(endFault: .serverDied(how: "signal 9", complaint: "out of memory"))
        let ending = try await folder.run([folder.step("a", server: died), folder.step("b")], rowOrder: ["a", "b"])
        let reason = "the server process ended during the case (signal 9): out of memory"
        #expect(ending.complaints == ["a, repeat 1: \(reason)"])
        #expect(try folder.rows().map(\.valid) == [false, true])
        let row = try #require(try folder.rows().first)
        #expect(row.invalidReason == reason)
        #expect(row.delivered == nil)
        #expect(ending.manifest.complete)
    }

    @Test("a middlebox that does not start fails its step, and the server is stopped")
    func failingMiddlebox() async throws {
        let folder = ScratchFolder()
        let server = FakeServer()
        let box = FakeMiddlebox(name: "nginx", startFault: .programDied(name: "nginx", complaint: "no port"))
        let ending = try await folder.run([folder.step("a", server: server, middleboxes: [box])], rowOrder: ["a"])
        #expect(
            ending.complaints == [
                "a, repeat 1: nginx did not start or ended during the case: no port"
            ])
        #expect(server.log.events == ["server started", "server stopped"])
        #expect(try folder.rows().map(\.valid) == [false])
    }

    @Test("a load process that fails fails its step, and the next step runs")
    func failedLoad() async throws {
        let folder = ScratchFolder()
        let load = FakeLoad { _ in throw CaseFault.loadFailed(how: "exit code 0", complaint: "oh") }
        let ending = try await folder.run([folder.step("a", load: load), folder.step("b")], rowOrder: ["a", "b"])
        #expect(ending.complaints == ["a, repeat 1: the load process failed (exit code 0): oh"])
        #expect(try folder.rows().map(\.valid) == [false, true])
    }

    @Test("an interrupted step leaves no row; earlier rows stay, and the manifest says why the rest is missing")
    func interruption() async throws {
        let folder = ScratchFolder()
        let load = FakeLoad { _ in throw CancellationError() }
        let steps = [folder.step("a"), folder.step("b", load: load), folder.step("c")]
        let ending = try await folder.run(steps, rowOrder: ["a", "b", "c"])
        #expect(ending.wasInterrupted)
        #expect(ending.complaints == [])
        #expect(try folder.rows().map(\.caseID) == ["a"])
        #expect(ending.manifest.incompleteReason == "interrupted after 1 of 3 runs")
        #expect(folder.has("report.md"))
    }

    @Test("a run that is interrupted before the first row leaves a manifest and no tables")
    func earlyInterruption() async throws {
        let folder = ScratchFolder()
        let load = FakeLoad { _ in throw CancellationError() }
        let ending = try await folder.run([folder.step("a", load: load)], rowOrder: ["a"])
        #expect(ending.manifest.incompleteReason == "interrupted after 0 of 1 runs")
        #expect(try folder.rows() == [])
        #expect(!folder.has("report.md"))
    }

    @Test("a single measurement that is interrupted removes the folder that it made, but no other file")
    func interruptedMeasurement() async throws {
        let folder = ScratchFolder()
        let load = FakeLoad { _ in throw CancellationError() }
        let ending = try await folder.run([folder.step("a", load: load)], rowOrder: ["a"], isSingleMeasurement: true)
        #expect(ending.wasInterrupted && ending.folderEnd == .removed)
        #expect(!AtomicFile.exists(ending.folder))
        let other = ScratchFolder()
        let notes = "\(other.out)/notes.txt"
        let writing = FakeLoad { _ in
            try AtomicFile.write("mine", to: notes)
            throw CancellationError()
        }
        let kept = try await other.run([other.step("a", load: writing)], rowOrder: ["a"], isSingleMeasurement: true)
        #expect(kept.folderEnd == .hasOtherFiles)
        #expect(try FileManager.default.contentsOfDirectory(atPath: other.out) == ["notes.txt"])
    }

    @Test("a run that the machine disturbed is measured again, and the manifest lists it")
    func disturbance() async throws {
        let folder = ScratchFolder()
        let attempts = EventLog()
        let load = FakeLoad { _ in
            attempts.add("attempt")
            var record = LoadRecord()
            if attempts.events.count == 1 { record.timeObjections = ["the load process was stopped for 3 s"] }
            return record
        }
        let progress = LoggedProgress()
        let step = folder.step("a", load: load, attempts: 3)
        let ending = try await folder.run([step], rowOrder: ["a"], progress: progress)
        let sentence = "a, repeat 1: the load process was stopped for 3 s"
        #expect(attempts.events.count == 2)
        #expect(ending.results.summary.map(\.valid) == [true])
        #expect(ending.manifest.environment["rejected_attempts"] == ["1": sentence])
        #expect(
            progress.log.events == ["1 steps", "0 began: a", "rejected: \(sentence)", "0 ended", "over"])
    }

    @Test("steps that the results ask for follow, and the manifest lists them")
    func furtherSteps() async throws {
        let folder = ScratchFolder()
        let progress = LoggedProgress()
        let source = Once(steps: [folder.step("a", repetition: 2), folder.step("b")])
        let ending = try await folder.run([folder.step("a")], rowOrder: ["a"], progress: progress, then: source)
        #expect(ending.results.summary.map { "\($0.caseID) \($0.repetition)" } == ["a 1", "a 2", "b 1"])
        #expect(ending.manifest.caseOrder == ["a", "a", "b"])
        #expect(ending.manifest.complete)
        #expect(
            progress.log.events == [
                "1 steps", "0 began: a", "0 ended", "3 steps now", "1 began: a", "1 ended", "2 began: b", "2 ended",
                "over",
            ])
    }

    @Test("no other process can resume a run that is under way")
    func lockedFolder() async throws {
        let folder = ScratchFolder()
        let out = folder.out
        let load = FakeLoad { _ in
            let lock = try FolderLock.take(out)
            #expect(lock == nil)
            return LoadRecord()
        }
        _ = try await folder.run([folder.step("a", load: load)], rowOrder: ["a"])
        let lock = try FolderLock.take(out)
        #expect(lock != nil)
    }

    @Test("the last attempt counts even if disturbed", arguments: [1, 2])
    func lastAttempt(attempts: Int) async throws {
        let folder = ScratchFolder()
        let load = FakeLoad { _ in
            var record = LoadRecord()
            record.timeObjections = ["the load process was stopped for 3 s"]
            return record
        }
        let ending = try await folder.run([folder.step("a", load: load, attempts: attempts)], rowOrder: ["a"])
        #expect(ending.results.summary.map(\.timesValid) == [false])
        #expect(ending.results.summary.map(\.bytesValid) == [true])
        #expect(ending.complaints == ["a, repeat 1: invalid: the load process was stopped for 3 s"])
        #expect((ending.manifest.environment["rejected_attempts"] ?? [:]).count == attempts - 1)
    }

    @Test("the manifest has the version of each middlebox")
    func middleboxVersion() async throws {
        let folder = ScratchFolder()
        let ending = try await folder.run(
            [folder.step("a", middleboxes: [FakeMiddlebox(name: "nginx")])], rowOrder: ["a"])
        #expect(ending.manifest.versions["nginx"] == "1.2.3")
    }

    @Test("the manifest has the version of a third-party server, and how its resources were counted")
    func peer() async throws {
        let folder = ScratchFolder()
        var running = FakeRunningServer(.fake())
        running.endpoint.peer = PeerIdentity(name: "ws-node", version: "8.11.0")
        running.endpoint.feedStatus = LoadTarget(port: 1_001)
        running.usages = [ServerUsage(.fake())]
        let ending = try await folder.run([folder.step("a", server: FakeServer(running: running))], rowOrder: ["a"])
        #expect(ending.manifest.versions["ws-node"] == "8.11.0")
        #expect(ending.manifest.versions["pushlab-server"] == nil)
        #expect(ending.manifest.environment["peers"] == ["peer_accounting": "fake"])
    }

    @Test("an existing folder is not changed")
    func existingFolder() async throws {
        let folder = ScratchFolder()
        _ = try await folder.run([folder.step("a")], rowOrder: ["a"])
        await #expect(throws: OutputFault.exists(folder.out)) {
            try await folder.run([folder.step("b")], rowOrder: ["b"])
        }
        #expect(try folder.rows().map(\.caseID) == ["a"])
    }
}

/// Gives its steps once.
private struct Once: StepSource {
    var steps: [RunPlan.Step]

    mutating func next(after results: RunResults) -> [RunPlan.Step] {
        defer { steps = [] }
        return steps
    }
}

private struct LoggedProgress: RunProgress {
    let log = EventLog()

    func began(steps: Int, left: Int, estimate: Duration) { log.add("\(steps) steps") }
    func continued(steps: Int, estimate: Duration) { log.add("\(steps) steps now") }
    func stepBegan(_ index: Int, label: String, estimate: Duration) { log.add("\(index) began: \(label)") }
    func stepEnded(_ index: Int) { log.add("\(index) ended") }
    func attemptRejected(_ reason: String) { log.add("rejected: \(reason)") }
    func ended() { log.add("over") }
}

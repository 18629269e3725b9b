import Foundation
import Glibc
import Testing

@Suite("No child process outlives a killed pushlab")
struct OrphanTests {
    @Test("after SIGKILL of pushlab, server and load process end within a second", arguments: [false, true])
    func killedLab(stopsChildren: Bool) throws {
        let scratch = try Scratch()
        let scenario = try scratch.write("small.yaml", SmallScenario.text(duration: "60s"))
        let run = try Tool.start("pushlab", "run", scenario, "--out", scratch.path("out"))
        let lab = run.process.processIdentifier
        var children: [Int32] = []
        for _ in 0..<100 where children.count < 2 {
            usleep(50_000)
            children = ["pushlab-server", "pushlab"].flatMap { Tool.children(of: lab, named: $0) }
        }
        #expect(children.count == 2)
        // A stopped process reads no pipe. The kernel sends SIGHUP to a stopped process group that becomes orphaned.
        if stopsChildren {
            for child in children { kill(child, SIGSTOP) }
            // It sends SIGHUP only if the processes have stopped by then.
            for _ in 0..<1_000 where !children.allSatisfy({ Self.state(of: $0) == "T" }) { usleep(1_000) }
        }
        run.signal(SIGKILL)
        run.process.waitUntilExit()
        for _ in 0..<20 where children.contains(where: Self.isAlive) { usleep(50_000) }
        #expect(!children.contains(where: Self.isAlive))
        for child in children where Self.isAlive(child) { kill(child, SIGKILL) }
    }

    private static func isAlive(_ pid: Int32) -> Bool {
        state(of: pid).map { $0 != "Z" } ?? false
    }

    // The state letter of proc_pid_stat(5); `nil` without such a process.
    private static func state(of pid: Int32) -> Substring? {
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return nil }
        return status.split(separator: ")").last?.split(separator: " ").first
    }
}

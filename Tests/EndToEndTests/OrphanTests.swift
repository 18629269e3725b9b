import Foundation
import Glibc
import Testing

@Suite("No process outlives a lab that was killed")
struct OrphanTests {
    @Test("after SIGKILL of pushlab, server and load process are gone within a second", arguments: [false, true])
    func killedLab(stopsThem: Bool) throws {
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
        // One that is stopped reads no pipe; the kernel hangs up on the process group that loses its parent.
        if stopsThem {
            for child in children { kill(child, SIGSTOP) }
            // It hangs up on those that have stopped by then.
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

    // The letter of proc_pid_stat(5); `nil` where there is no such process.
    private static func state(of pid: Int32) -> Substring? {
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return nil }
        return status.split(separator: ")").last?.split(separator: " ").first
    }
}

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
        if stopsThem { for child in children { kill(child, SIGSTOP) } }
        run.signal(SIGKILL)
        run.process.waitUntilExit()
        for _ in 0..<20 where children.contains(where: Self.isAlive) { usleep(50_000) }
        #expect(!children.contains(where: Self.isAlive))
        for child in children where Self.isAlive(child) { kill(child, SIGKILL) }
    }

    private static func isAlive(_ pid: Int32) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
        return status.split(separator: ")").last?.split(separator: " ").first != "Z"
    }
}

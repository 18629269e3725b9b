import Foundation
import Glibc
import Testing

@testable import Host

@Suite("Processes of a program that runs")
struct ProgramProcessesTests {
    @Test("a daemon that left the tree is found by its marker, and all processes are killed")
    func daemon() async throws {
        let marker = ProcessMarker(name: "PUSHLAB_PEER", value: UUID().uuidString)
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        // The second shell ends, so the parent of the daemon is process 1 or a reaper.
        shell.arguments = ["-c", "sh -c 'setsid sleep 60 &'; sleep 60 & wait"]
        shell.environment = ProcessInfo.processInfo.environment.merging([marker.name: marker.value]) { _, new in new }
        try shell.run()
        let processes = ProgramProcesses(root: shell.processIdentifier, marker: marker, group: nil)
        for _ in 0..<500 where processes.running().count < 3 { usleep(10_000) }
        #expect(processes.running().count == 3)
        #expect(processes.running().contains(shell.processIdentifier))
        #expect(marker.processes().count == 3)
        #expect(processes.method == "process tree")
        let usage = try #require(processes.usage())
        #expect(usage.residentPeakBytes >= usage.residentBytes)
        #expect(usage.residentBytes > 1 << 17)
        #expect(usage.cpu.userMicroseconds >= 0)
        processes.resetPeakMemory()
        #expect(await processes.killAll(within: .seconds(5)) == [])
        shell.waitUntilExit()
        #expect(marker.processes() == [])
        #expect(processes.usage() == nil)
    }
}

import Foundation
import Glibc
import Host
import Testing

@testable import Lab

@Suite("If the lab is killed")
struct PeerWatchdogTests {
    @Test("the shell ends all processes with a marker, also those that left their group", arguments: [true, false])
    func killedLab(usesGroup: Bool) throws {
        let id = UUID().uuidString
        let markers = [PeerServer.marker, PeerServer.feederMarker].map { ProcessMarker(name: $0, value: id) }
        let group = usesGroup ? ControlGroup.make(named: "pushlab-peer-\(id)") : nil
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("pushlab-peer-\(id)").path
        try AtomicFile.makeFolder(scratch)
        let shells = try markers.map { try start("setsid sleep 60 & trap '' TERM; sleep 60 & wait", marker: $0) }
        for _ in 0..<500 where markers.contains(where: { $0.processes().count < 3 }) { usleep(10_000) }
        #expect(markers.allSatisfy { $0.processes().count == 3 })
        if let group { #expect(group.add(markers[0].processes()[0])) }
        // The input ends without a line, as that of a lab that was killed.
        let watchdog = Process()
        watchdog.executableURL = URL(fileURLWithPath: "/bin/sh")
        watchdog.arguments = PeerWatchdog(markers: markers, group: group?.folder, scratch: scratch).arguments
        watchdog.standardInput = FileHandle.nullDevice
        try watchdog.run()
        watchdog.waitUntilExit()
        for shell in shells { shell.waitUntilExit() }
        #expect(markers.allSatisfy { $0.processes().isEmpty })
        if let group { #expect(PathKind(group.folder) == .missing) }
        #expect(PathKind(scratch) == .missing)
    }

    @Test("a lab that has ended everything writes a line, and the shell ends nothing")
    func orderlyEnd() throws {
        let marker = ProcessMarker(name: PeerServer.marker, value: UUID().uuidString)
        let shell = try start("sleep 60", marker: marker)
        let watchdog = Process()
        watchdog.executableURL = URL(fileURLWithPath: "/bin/sh")
        watchdog.arguments = PeerWatchdog(markers: [marker], group: nil, scratch: "").arguments
        let input = Pipe()
        watchdog.standardInput = input
        try watchdog.run()
        try input.fileHandleForWriting.write(contentsOf: Data("done\n".utf8))
        watchdog.waitUntilExit()
        #expect(shell.isRunning)
        kill(shell.processIdentifier, SIGKILL)
        shell.waitUntilExit()
    }

    private func start(_ script: String, marker: ProcessMarker) throws -> Process {
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = ["-c", script]
        shell.environment = ProcessInfo.processInfo.environment.merging([marker.name: marker.value]) { _, new in new }
        try shell.run()
        return shell
    }
}

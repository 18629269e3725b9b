import Foundation
import Glibc
import Testing

@testable import Host

@Suite("Control groups")
struct ControlGroupTests {
    @Test("with version 2 alone, the group is below the own one")
    func unified() {
        let places = ControlGroupPlace.all(
            membership: "0::/user.slice/user-1000.slice/session-3.scope\n",
            mounts: "proc /proc proc rw 0 0\ncgroup2 /sys/fs/cgroup cgroup2 rw,nosuid,nsdelegate 0 0\n")
        let folder = "/sys/fs/cgroup/user.slice/user-1000.slice/session-3.scope"
        #expect(places == [ControlGroupPlace(version: .v2, folder: folder)])
    }

    @Test("next to version 1, version 2 comes first although it has no controllers")
    func hybrid() {
        let places = ControlGroupPlace.all(
            membership: "4:memory:/a\n2:cpu,cpuacct:/b\n1:name=systemd:/\n0::/\n",
            mounts: """
                tmpfs /sys/fs/cgroup tmpfs rw,mode=755 0 0
                cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0
                cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0
                cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0

                """)
        #expect(
            places == [
                ControlGroupPlace(version: .v2, folder: "/sys/fs/cgroup/unified"),
                ControlGroupPlace(version: .v1, folder: "/sys/fs/cgroup/cpu,cpuacct/b"),
            ])
    }

    @Test(
        "without a control group there is no place",
        arguments: [("", ""), ("0::/\n", ""), ("", "cgroup2 /c cgroup2 rw 0 0")])
    func missing(membership: String, mounts: String) {
        #expect(ControlGroupPlace.all(membership: membership, mounts: mounts) == [])
    }

    @Test("CPU time of both versions")
    func cpuTime() {
        let time = CPUTime(userMicroseconds: 1_354_870, systemMicroseconds: 99_178)
        #expect(
            CPUTime(statistics: "usage_usec 1454048\nuser_usec 1354870\nsystem_usec 99178\nnice_usec 0\n") == time)
        #expect(CPUTime(userNanoseconds: "1354870999\n", systemNanoseconds: "99178000\n") == time)
        #expect(CPUTime(statistics: "usage_usec 1\n") == nil)
        #expect(CPUTime(userNanoseconds: "", systemNanoseconds: "") == nil)
    }

    @Test("a group of this machine counts a process and what it starts, kills them and is removed")
    func onThisMachine() async throws {
        guard let group = ControlGroup.make(named: "pushlab-test-\(UUID().uuidString)") else {
            print("NOT RUN: no control group can be made here")
            return
        }
        #expect(group.processes() == [])
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        // In another session and without an environment, a process can be found only by its group.
        shell.arguments = ["-c", "read -r _; env -i setsid sleep 60 & wait"]
        let input = Pipe()
        shell.standardInput = input
        try shell.run()
        #expect(group.add(shell.processIdentifier))
        try input.fileHandleForWriting.write(contentsOf: Data("go\n".utf8))
        for _ in 0..<500 where group.processes().count < 2 { usleep(10_000) }
        #expect(group.processes().count == 2)
        #expect(!group.remove())
        let processes = ProgramProcesses(
            root: shell.processIdentifier, marker: ProcessMarker(name: "PUSHLAB_PEER", value: "none"), group: group)
        #expect(processes.method == group.version.rawValue)
        #expect(try #require(processes.usage()).residentBytes > 1 << 17)
        #expect(await processes.killAll(within: .seconds(5)) == [])
        shell.waitUntilExit()
        await group.removeWhenEmpty(within: .seconds(5))
        #expect(PathKind(group.folder) == .missing)
    }
}

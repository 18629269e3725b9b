import Testing

@testable import Host

@Suite("Processes of a program, from the texts of /proc")
struct ProcessTreeTests {
    @Test("a line of /proc/PID/stat, whatever the name of the process")
    func stat() throws {
        for name in ["nginx", "a) S 1 (b", "(", ") Z 7 7", ""] {
            let line = "42 (\(name)) S 7 42 42 0 -1 4194560 112 3 0 0 150 25 10 5 20 0 1 0 8113 2703360 204 18446\n"
            let stat = try #require(ProcessStat(line), "\(name)")
            #expect((stat.pid, stat.parent, stat.group, stat.hasEnded) == (42, 7, 42, false))
            #expect((stat.userTicks, stat.systemTicks) == (160, 30))
        }
    }

    @Test("a process that waits to be collected has ended", arguments: [("Z", true), ("X", true), ("T", false)])
    func ended(state: String, hasEnded: Bool) throws {
        let line = "42 (a) \(state) 7 42 42 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 8113 0 0\n"
        #expect(try #require(ProcessStat(line)).hasEnded == hasEnded)
    }

    @Test(
        "other texts are not processes",
        arguments: ["", "42", "42 (a", "x (a) S 1 1 1 0 0 0 0 0 0 0 0 0 0 0", "4 (a) S"])
    func malformed(line: String) {
        #expect(ProcessStat(line) == nil)
    }

    @Test("members are descendants, the process group, and the descendants of its members")
    func members() {
        let all = [
            process(1, of: 0), process(10, of: 1), process(11, of: 10), process(12, of: 11),
            // Its parent has ended; it is still in the group. The next one is its child.
            process(20, of: 1, group: 10), process(21, of: 20, group: 21),
            process(30, of: 1, group: 30),
        ]
        #expect(ProcessTree.members(of: 10, in: all) == [10, 11, 12, 20, 21])
        #expect(ProcessTree.members(of: 99, in: all) == [])
    }

    @Test("CPU time is the sum of all processes, in µs")
    func cpuTime() {
        let stats = [process(1, of: 0, user: 150, system: 20), process(2, of: 1, user: 1, system: 0)]
        #expect(
            CPUTime(stats, ticksPerSecond: 100) == CPUTime(userMicroseconds: 1_510_000, systemMicroseconds: 200_000))
    }

    @Test("resident memory and its peak")
    func memory() throws {
        let status = "Name:\tnginx\nVmPeak:\t   12000 kB\nVmHWM:\t    5120 kB\nVmRSS:\t    4096 kB\nThreads:\t1\n"
        let memory = try #require(ProcessMemory(status))
        #expect((memory.residentBytes, memory.peakBytes) == (4_194_304, 5_242_880))
        #expect(ProcessMemory("Name:\tkthreadd\nThreads:\t1\n") == nil)
    }

    @Test("the marker is a whole variable")
    func marker() {
        let marker = ProcessMarker(name: "PUSHLAB_PEER", value: "4711")
        #expect(marker.isIn(Array("A=1\0PUSHLAB_PEER=4711\0B=2\0".utf8)))
        #expect(marker.isIn(Array("PUSHLAB_PEER=4711".utf8)))
        for other in ["", "PUSHLAB_PEER=47110\0", "XPUSHLAB_PEER=4711\0", "A=PUSHLAB_PEER=4711\0"] {
            #expect(!marker.isIn(Array(other.utf8)), "\(other)")
        }
    }

    private func process(
        _ pid: Int32, of parent: Int32, group: Int32? = nil, user: Int64 = 0, system: Int64 = 0
    ) -> ProcessStat {
        let text = "\(pid) (p) S \(parent) \(group ?? pid) 0 0 0 0 0 0 0 0 \(user) \(system) 0 0 20 0 1 0 1 0 0"
        guard let stat = ProcessStat(text) else { preconditionFailure("\(text) is not a process") }
        return stat
    }
}

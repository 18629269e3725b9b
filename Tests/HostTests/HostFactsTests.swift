import Foundation
import Measurement
import Testing

@testable import Host

@Suite("Facts about the host")
struct HostFactsTests {
    @Test("a sample is one line of JSON with counters")
    func sample() throws {
        let line = HostSampler.sample()
        #expect(!line.contains { $0.isNewline })
        let members = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(Set(members.keys) == ["load1", "cpu_ticks", "memory_kib", "network_bytes", "disk_sectors"])
        let ticks = try #require(members["cpu_ticks"] as? [String: Int])
        #expect(try #require(ticks["user"]) > 0)
        let memory = try #require(members["memory_kib"] as? [String: Int])
        let (total, available) = (try #require(memory["total"]), try #require(memory["available"]))
        #expect(available > 0 && available <= total)
        let network = try #require(members["network_bytes"] as? [String: [Int]])
        #expect(network.values.allSatisfy { $0.count == 2 })
    }

    @Test("the error for a descriptor limit names the need, the limit and what to do")
    func descriptorLimit() {
        let hard = FileDescriptorLimit.current.hard
        let needed = UInt64.max / 2
        let fault = DescriptorLimitFault(needed: needed, hardLimit: hard)
        #expect(throws: fault) { try FileDescriptorLimit.raise(toAtLeast: needed) }
        let text = DescriptorLimitFault(needed: 20_064, hardLimit: 4_096).description
        let expected =
            "20064 file descriptors are needed, but the hard limit (RLIMIT_NOFILE) is 4096; "
            + "raise it with 'ulimit -Hn 20064' as root or in /etc/security/limits.conf, or use fewer clients"
        #expect(text == expected)
    }

    @Test("a descriptor limit is raised up to the hard limit, and never lowered")
    func descriptorLimitRaised() throws {
        let before = FileDescriptorLimit.current
        try FileDescriptorLimit.raise(toAtLeast: before.hard)
        #expect(FileDescriptorLimit.current.soft == before.hard)
        try FileDescriptorLimit.raise(toAtLeast: 1)
        #expect(FileDescriptorLimit.current.soft == before.hard)
    }

    @Test("the clock advances in steps of 1 µs or less")
    func clock() {
        let first = MonotonicClock.now()
        let second = MonotonicClock.now()
        #expect(second >= first)
        #expect(second - first < .seconds(60))
        #expect(MonotonicClock.resolution <= .microseconds(1))
        #expect(MonotonicClock.identity?.count == 36)
    }

    @Test("usage is a difference of counters; memory is the current value")
    func usage() {
        let before = ProcessUsage.ofThisProcess()
        var sum: UInt64 = 0
        // Two ticks of the coarsest accounting, without a sleep.
        let deadline = MonotonicClock.now() + .milliseconds(20)
        while MonotonicClock.now() < deadline { sum &+= 1 }
        let used = ProcessUsage.ofThisProcess().since(before)
        #expect(sum > 0)
        #expect(used.cpuMicroseconds > 1_000)
        #expect(used.userMicroseconds >= 0 && used.systemMicroseconds >= 0)
        #expect(used.residentPeakBytes >= before.residentPeakBytes)
        #expect((used.residentBytes ?? 0) > 1 << 20)
    }
}

@Suite("/proc and reserved descriptors")
struct ProcFileSystemTests {
    @Test("a folder that cannot be read is reported in one sentence")
    func unreadable() throws {
        try ProcFileSystem.requireReadable()
        let fault = #expect(throws: ProcFileSystemFault.self) { try ProcFileSystem.requireReadable("/nowhere/task") }
        #expect(fault?.description.contains("mount -t proc proc /proc") == true)
    }

    @Test("descriptors are reserved, released and reserved again")
    func reserve() {
        let reserve = DescriptorReserve(count: 3)
        #expect(reserve.heldCount == 3)
        reserve.release()
        #expect(reserve.heldCount == 0)
        reserve.refill()
        #expect(reserve.heldCount == 3)
    }
}

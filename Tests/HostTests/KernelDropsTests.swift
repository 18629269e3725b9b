import Testing

@testable import Host

@Suite("Kernel drop counters")
struct KernelDropsTests {
    private let netstat = """
        TcpExt: SyncookiesSent ListenOverflows ListenDrops TCPBacklogDrop TCPRcvQDrop RcvPruned PruneCalled
        TcpExt: 4 2 3 1 0 5 9
        IpExt: InNoRoutes ListenDrops
        IpExt: 7 7

        """
    private let softnet = """
        0000a1b2 00000010 00000000
        0000a1b2 00000002 00000000

        """

    @Test("connections, segments and input queues are each counted once")
    func parsing() throws {
        let drops = try #require(KernelDrops(netstat: netstat, softnet: softnet))
        let counts: [String: UInt64] = [
            "ListenDrops": 3, "TCPBacklogDrop": 1, "TCPRcvQDrop": 0, "RcvPruned": 5, "softnet": 18,
        ]
        #expect(drops.counts == counts)
        #expect(drops.total == 27)
        #expect(drops.text == "ListenDrops 3, RcvPruned 5, TCPBacklogDrop 1, softnet 18")
    }

    @Test("the difference to an earlier reading")
    func difference() throws {
        let later = try #require(KernelDrops(netstat: netstat, softnet: softnet))
        var earlier = later
        #expect(later.since(earlier).total == 0)
        earlier.counts["ListenDrops"] = 1
        #expect(later.since(earlier).counts["ListenDrops"] == 2)
        #expect(later.since(earlier).text == "ListenDrops 2")
    }

    @Test("a file without the counters is rejected; this machine's file has them")
    func reading() throws {
        #expect(KernelDrops(netstat: "IpExt: A\nIpExt: 1\n", softnet: "") == nil)
        #expect(try #require(KernelDrops.read()).counts["ListenDrops"] != nil)
    }
}

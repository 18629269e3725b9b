import Glibc
import Testing

@testable import Host

@Suite("Loopback addresses that connections come from")
struct LoopbackSourceTests {
    @Test(
        "for the first 10,000 clients the kernel chooses; each further 10,000 have one address",
        arguments: [
            (0, nil), (9_999, nil), (10_000, "127.0.0.2"), (19_999, "127.0.0.2"), (20_000, "127.0.0.3"),
            (999_999, "127.0.0.100"), (2_540_000, "127.0.0.255"), (2_550_000, "127.0.1.0"), (10_000_000, "127.0.3.233"),
            (10_010_000, nil),
        ] as [(Int, String?)])
    func addresses(client: Int, address: String?) {
        #expect(LoopbackSource(ofClient: client, to: "127.0.0.1")?.text == address)
    }

    @Test(
        "only connections to a literal address of 127.0.0.0/8 come from there",
        arguments: [
            ("127.0.0.1", true), ("127.255.0.9", true), ("126.255.255.255", false), ("128.0.0.1", false),
            ("10.0.0.1", false), ("::1", false), ("localhost", false), ("", false), ("127.0.0.1 ", false),
        ])
    func hosts(host: String, comesFromThere: Bool) {
        #expect((LoopbackSource(ofClient: 10_000, to: host) != nil) == comesFromThere)
    }

    @Test("the server sees the address, and the kernel has chosen a port")
    func binds() throws {
        let source = try #require(LoopbackSource(ofClient: 20_000, to: "127.0.0.1"))
        let pair = try LoopbackPair { source.bind($0) }
        #expect(LoopbackSource(ofPeerOf: pair.server) == source)
        #expect(pair.clientPort > 0)
    }

    @Test("a port is taken only by the connection, so connections to several ports can share it")
    func ports() throws {
        let source = try #require(LoopbackSource(ofClient: 10_000, to: "127.0.0.1"))
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        source.bind(socket)
        var (own, size) = (sockaddr_in(), socklen_t(MemoryLayout<sockaddr_in>.size))
        withUnsafeMutablePointer(to: &own) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(socket, $0, &size) }
        }
        #expect(own.sin_port == 0)
        #expect(UInt32(bigEndian: own.sin_addr.s_addr) == 0x7f00_0002)
    }

    @Test("a peer at 127.0.0.1 needs no other address")
    func usual() throws {
        #expect(LoopbackSource(ofPeerOf: try LoopbackPair().server) == nil)
    }
}

import Glibc
import Testing

@testable import Host

@Suite("Sockets that listen")
struct ListeningSocketTests {
    private let table = """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:9C40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0
           1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4712 1 0
           2: 0100007F:9C41 0100007F:0050 01 00000000:00000000 00:00000000 00000000     0        0 4713 1 0
           3: 0200007F:9C42 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4714 1 0

        """

    @Test("only sockets in the state LISTEN, with whether 127.0.0.1 reaches them")
    func version4() {
        #expect(
            ListeningSocket.listed(in: table) == [
                ListeningSocket(port: 40_000, isOnLoopback: true, inode: 4_711),
                ListeningSocket(port: 80, isOnLoopback: true, inode: 4_712),
                ListeningSocket(port: 40_002, isOnLoopback: false, inode: 4_714),
            ])
        #expect(ListeningSocket.listed(in: "") == [])
    }

    @Test(
        "with IPv6, the unspecified address also accepts IPv4",
        arguments: [
            ("00000000000000000000000000000000", true), ("0000000000000000FFFF00000100007F", true),
            ("00000000000000000000000001000000", false),
        ])
    func version6(address: String, isOnLoopback: Bool) {
        let line = "0: \(address):1F90 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 99 1 0"
        #expect(
            ListeningSocket.listed(in: "names\n\(line)\n") == [
                ListeningSocket(port: 8_080, isOnLoopback: isOnLoopback, inode: 99)
            ])
    }

    @Test("links to sockets have an inode, others have none")
    func links() {
        #expect(SocketLink.inode("socket:[4711]") == 4_711)
        for other in ["/dev/null", "pipe:[4711]", "socket:[]", "socket:[x]", ""] {
            #expect(SocketLink.inode(other) == nil, "\(other)")
        }
    }

    @Test("this process holds the socket that it listens on")
    func own() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        #expect(listen(listener, 1) == 0)
        var (address, length) = (sockaddr_in(), socklen_t(MemoryLayout<sockaddr_in>.size))
        let isNamed = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &length) == 0 }
        }
        #expect(isNamed)
        let port = Int(UInt16(bigEndian: address.sin_port))
        #expect(ListeningSocket.exists(on: port))
        let held = ListeningSocket.held(by: [getpid()])
        #expect(held.contains { $0.port == port && $0.isOnLoopback })
        #expect(!ListeningSocket.held(by: [1]).contains { $0.port == port })
    }

    @Test("several ports are reserved until they are released")
    func ports() throws {
        let ports = try ReservedPorts(count: 3)
        #expect(Set(ports.numbers).count == 3)
        #expect(try bindError(ports.numbers[2]) == EADDRINUSE)
        ports.release()
        #expect(try bindError(ports.numbers[2]) == 0)
    }

    /// What a program gets that does not share ports; 0 for no error.
    private func bindError(_ port: Int) throws -> Int32 {
        let other = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(other) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(other, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 ? 0 : errno
            }
        }
    }
}

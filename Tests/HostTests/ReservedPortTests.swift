import Glibc
import Testing

@testable import Host

@Suite("A port reserved for another program")
struct ReservedPortTests {
    @Test("a socket with SO_REUSEPORT may listen there and is reached; other sockets may not")
    func reservation() throws {
        let port = try ReservedPort()
        #expect(try connect(to: port.number) == ECONNREFUSED, "the reservation does not listen itself")
        let outsider = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(outsider) }
        #expect(bind(outsider, to: port.number) == EADDRINUSE)
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var shares = Int32(1)
        setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &shares, socklen_t(MemoryLayout<Int32>.size))
        #expect(bind(listener, to: port.number) == 0)
        #expect(listen(listener, 8) == 0)
        for _ in 0..<8 { #expect(try connect(to: port.number) == 0) }
    }

    @Test("with SO_REUSEADDR a server may listen there again and again, while other sockets may not")
    func address() throws {
        let port = try ReservedPort(sharing: .address)
        for _ in 0..<2 {
            #expect(try connect(to: port.number) == ECONNREFUSED)
            let outsider = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            #expect(bind(outsider, to: port.number) == EADDRINUSE)
            close(outsider)
            let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var shares = Int32(1)
            setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &shares, socklen_t(MemoryLayout<Int32>.size))
            #expect(bind(listener, to: port.number) == 0)
            #expect(listen(listener, 8) == 0)
            #expect(try connect(to: port.number) == 0)
            close(listener)
        }
    }

    private func connect(to port: Int) throws -> Int32 {
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(client) }
        return withAddress(port) { Glibc.connect(client, $0, $1) == 0 ? 0 : errno }
    }

    private func bind(_ socket: Int32, to port: Int) -> Int32 {
        withAddress(port) { Glibc.bind(socket, $0, $1) == 0 ? 0 : errno }
    }

    private func withAddress(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
}

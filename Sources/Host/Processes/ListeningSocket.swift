import Glibc

/// A TCP socket that waits for connections.
package struct ListeningSocket: Hashable, Sendable {
    package let port: Int
    /// Whether connections to 127.0.0.1 reach it.
    package let isOnLoopback: Bool
    let inode: UInt64

    /// The sockets that these processes hold.
    package static func held(by processes: [Int32]) -> [ListeningSocket] {
        let sockets = all()
        guard !sockets.isEmpty else { return [] }
        let inodes = processes.reduce(into: Set<UInt64>()) { $0.formUnion(SocketLink.inodes(of: $1)) }
        return sockets.filter { inodes.contains($0.inode) }
    }

    /// Whether any process listens on a port.
    package static func exists(on port: Int) -> Bool { all().contains { $0.port == port } }

    private static func all() -> [ListeningSocket] {
        ["/proc/net/tcp", "/proc/net/tcp6"].flatMap { listed(in: TextFile.read($0) ?? "") }
    }

    /// - Parameter table: `/proc/net/tcp` or `/proc/net/tcp6` (proc_net_tcp(5)): after a line of names one line per
    ///   socket.
    /// - Returns: The sockets that listen, in the order of the table.
    static func listed(in table: String) -> [ListeningSocket] {
        table.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: " ")
            // Field 2 is the own address, field 4 the state, field 10 the inode.
            guard fields.count >= 10, fields[3] == listening, let inode = UInt64(fields[9]) else { return nil }
            let address = fields[1].split(separator: ":")
            guard address.count == 2, let port = Int(address[1], radix: 16) else { return nil }
            return ListeningSocket(port: port, isOnLoopback: loopback.contains(address[0]), inode: inode)
        }
    }

    // TCP_LISTEN of linux/tcp_states.h.
    private static let listening: Substring = "0A"

    // Addresses are hexadecimal, in the byte order of this machine, little-endian: 0.0.0.0, 127.0.0.1, ::, and
    // 127.0.0.1 mapped to IPv6. A socket at :: also accepts IPv4 unless it sets IPV6_V6ONLY, which the table lacks.
    private static let loopback: Set<Substring> = [
        "00000000", "0100007F", "00000000000000000000000000000000", "0000000000000000FFFF00000100007F",
    ]
}

/// Links in `/proc/PID/fd` to sockets.
enum SocketLink {
    /// - Parameter target: What the link names: `socket:[INODE]` for a socket.
    /// - Returns: `nil` for what is not a socket.
    static func inode(_ target: String) -> UInt64? {
        guard target.hasPrefix("socket:["), target.hasSuffix("]") else { return nil }
        return UInt64(target.dropFirst("socket:[".count).dropLast())
    }

    /// The inodes of a process' sockets; empty if the process is gone or belongs to another user.
    static func inodes(of process: Int32) -> Set<UInt64> {
        let folder = "/proc/\(process)/fd"
        return Set((TextFile.folderEntries(folder) ?? []).compactMap { target("\(folder)/\($0)").flatMap(inode) })
    }

    private static func target(_ link: String) -> String? {
        // Longer than `socket:[18446744073709551615]`; names of files may be cut.
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            guard let start = buffer.baseAddress else { return nil }
            let count = readlink(link, start, buffer.count)
            guard count > 0 else { return nil }
            return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
        }
    }
}

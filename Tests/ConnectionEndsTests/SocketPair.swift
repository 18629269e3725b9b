import Glibc
import Host

/// Two connected sockets, which do not block.
final class SocketPair: Sendable {
    let near: Int32
    let far: Int32

    /// `buffer`: about what the kernel keeps between them, in bytes; `nil` for the system's default.
    init(buffer: Int32? = nil) {
        var ends: [Int32] = [0, 0]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        precondition(socketpair(AF_UNIX, kind, 0, &ends) == 0, "a process can open two sockets")
        (near, far) = (ends[0], ends[1])
        guard var buffer else { return }
        setsockopt(near, SOL_SOCKET, SO_SNDBUF, &buffer, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit {
        Descriptor.close(near)
        Descriptor.close(far)
    }

    /// All that the near end has sent and the far end has not read.
    func readFar() -> [UInt8] {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(far, &part, part.count)
            if count <= 0 { return bytes }
            bytes += part[..<count]
        }
    }
}

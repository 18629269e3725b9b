import Foundation
import Glibc
import Synchronization

/// A TCP server of a test: each connection is served by the test's own code, on a separate thread.
///
/// It stops when it is released; connections that are open then are shut down.
final class ScriptedServer: Sendable {
    /// One accepted connection, with blocking calls.
    final class Connection: Sendable {
        private let socket: Int32
        // Guards the bytes that were received and not used.
        private let unread = Mutex<[UInt8]>([])

        fileprivate init(_ socket: Int32) { self.socket = socket }

        deinit { close(socket) }

        func send(_ text: String) { send(Array(text.utf8)) }

        func send(_ bytes: [UInt8]) {
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                if count <= 0 { return }
                rest = rest.dropFirst(count)
            }
        }

        /// - Returns: A line without CR LF; `nil` at the end of the connection.
        func readLine() -> String? {
            var line: [UInt8] = []
            while line.suffix(2) != [13, 10] {
                guard let byte = read(1)?.first else { return nil }
                line.append(byte)
            }
            return String(decoding: line.dropLast(2), as: UTF8.self)
        }

        /// - Returns: Exactly `count` bytes; `nil` at the end of the connection.
        func read(_ count: Int) -> [UInt8]? {
            unread.withLock { unread in
                var chunk = [UInt8](repeating: 0, count: 65_536)
                while unread.count < count {
                    let more = chunk.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
                    if more <= 0 { return nil }
                    unread += chunk[..<more]
                }
                defer { unread.removeFirst(count) }
                return Array(unread[..<count])
            }
        }

        func shutDown() { shutdown(socket, Int32(SHUT_RDWR)) }
    }

    let port: Int
    private let listener: Int32
    // Guards the connections that were accepted.
    private let accepted = Mutex<[Connection]>([])

    /// - Parameters:
    ///   - port: 0 for any free one.
    ///   - serve: Serves one connection; it ends when this returns.
    /// - Throws: If there is no free port.
    init(port: Int = 0, serve: @escaping @Sendable (Connection) -> Void) throws {
        listener = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var isOn: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &isOn, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = listener
        let listens = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && listen(socket, 16) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        guard listens else { throw RawConnection.Failure(what: "listen: \(String(cString: strerror(errno)))") }
        self.port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [weak self] in
            // Not in stop(): another server's socket could get the number while this thread still accepts.
            defer { close(socket) }
            while true {
                let client = accept(socket, nil, nil)
                if client < 0 { return }
                let connection = Connection(client)
                guard let self else { return }
                self.accepted.withLock { $0.append(connection) }
                Thread.detachNewThread {
                    serve(connection)
                    connection.shutDown()
                }
            }
        }
    }

    // Guards whether it was stopped.
    private let isStopped = Mutex(false)

    deinit { stop() }

    /// Number of connections so far.
    var connections: Int { accepted.withLock { $0.count } }

    /// Refuses new connections and ends those that are open.
    func stop() {
        let wasStopped = isStopped.withLock { isStopped in
            defer { isStopped = true }
            return isStopped
        }
        if wasStopped { return }
        shutdown(listener, Int32(SHUT_RDWR))
        for connection in accepted.withLock({ $0 }) { connection.shutDown() }
    }
}

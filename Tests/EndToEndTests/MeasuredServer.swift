import Foundation
import Glibc
import Testing

/// A `pushlab-server` process and its `/stats`.
struct MeasuredServer {
    let port: Int
    let pid: Int32
    private let running: Tool.Running?

    init(_ arguments: String...) throws {
        let running = try Tool.Running(Tool.path("pushlab-server"), arguments, folder: nil)
        try self.init(announcement: running.firstLine, running)
    }

    /// A server that the test started in another way, such as from a shell script.
    init(announcement: String, _ running: Tool.Running? = nil) throws {
        let line = try #require(try JSONSerialization.jsonObject(with: Data(announcement.utf8)) as? [String: Any])
        port = try #require(line["port"] as? Int)
        pid = try #require(line["pid"] as? Int32)
        self.running = running
    }

    func stop() {
        running?.signal(SIGTERM)
        _ = running?.wait()
    }

    func status() throws -> [String: Any] {
        let socket = try LoopbackSocket(port: port)
        socket.send(Array("GET /stats HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8))
        let body = socket.readToEnd().components(separatedBy: "\r\n\r\n").last ?? ""
        return try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
    }

    func residentBytes() throws -> Int { try #require(try status()["rss_bytes"] as? Int) }

    /// Polls `/stats` until the condition holds, for at most 10 s.
    func waitFor(_ isReached: ([String: Any]) -> Bool) throws {
        for _ in 0..<500 {
            if isReached(try status()) { return }
            usleep(20_000)
        }
        Issue.record("the server did not reach the expected status within 10 s")
    }
}

/// A blocking TCP connection to a server on this machine.
final class LoopbackSocket {
    private let descriptor: Int32

    struct SocketFault: Error {}

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        wait(upTo: .seconds(5))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result != 0 { throw SocketFault() }
    }

    deinit { close(descriptor) }

    /// Sends all bytes, or as many as the peer accepts before it closes.
    func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count <= 0 { return }
            rest = rest.dropFirst(count)
        }
    }

    func read(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard bytes.withUnsafeMutableBytes({ recv(descriptor, $0.baseAddress, count, Int32(MSG_WAITALL)) }) == count
        else { throw SocketFault() }
        return bytes
    }

    /// Whether there are unread bytes.
    var hasInput: Bool {
        var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&state, 1, 0) == 1
    }

    func readToEnd() -> String {
        var bytes: [UInt8] = []
        while let byte = try? read(1) { bytes += byte }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// - Returns: The headers of the response.
    @discardableResult
    func openWebSocket(_ path: String, _ field: String = "X-Nothing: 1") throws -> String {
        send(
            Array(
                """
                GET \(path) HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r
                Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\(field)\r\n\r\n
                """.utf8))
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual([13, 10, 13, 10]) { head += try read(1) }
        return String(decoding: head, as: UTF8.self)
    }

    /// - Returns: The status code of the next frame if it is a Close.
    func readsClose(within time: Duration) -> Int? {
        wait(upTo: time)
        defer { wait(upTo: .seconds(5)) }
        guard let header = try? read(4), header[0] == 0x88 else { return nil }
        return Int(header[2]) << 8 | Int(header[3])
    }

    private func wait(upTo time: Duration) {
        let (seconds, attoseconds) = time.components
        var value = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &value, socklen_t(MemoryLayout<timeval>.size))
    }
}

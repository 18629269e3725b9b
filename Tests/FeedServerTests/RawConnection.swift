import Foundation
import Glibc

/// A blocking TCP connection to the server under test; the test sends and reads raw bytes.
///
/// Reading gives up after `patience`, so a silent server fails a test instead of hanging it.
final class RawConnection {
    struct Failure: Error { let what: String }

    /// How a read ended.
    enum End: Equatable { case satisfied, closed, reset, silent }

    private let socket: Int32
    private var unread: [UInt8] = []

    init(port: Int, patience: Duration = .seconds(5), receiveBufferBytes: Int32? = nil) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var bytes = receiveBufferBytes {
            setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
        }
        let (seconds, attoseconds) = patience.components
        var time = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result != 0 { throw Failure(what: "connect: \(String(cString: strerror(errno)))") }
    }

    deinit { close(socket) }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count <= 0 { throw Failure(what: "send: \(String(cString: strerror(errno)))") }
            rest = rest.dropFirst(count)
        }
    }

    /// Sends the bytes again and again until the server has taken none for half a second.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - limit: Where to stop, in bytes.
    /// - Returns: Bytes sent.
    /// - Throws: If the connection broke.
    func sendWhilePossible(_ bytes: [UInt8], upTo limit: Int) throws -> Int {
        var sent = 0
        var wanted = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
        while sent < limit, poll(&wanted, 1, 500) > 0 {
            let count = bytes[(sent % bytes.count)...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            if count < 0 { throw Failure(what: "send: \(String(cString: strerror(errno)))") }
            sent += count
        }
        return sent
    }

    /// Closes our half; the server may still answer.
    func finishSending() { shutdown(socket, Int32(SHUT_WR)) }

    /// Reads until the connection ends or stays silent.
    func readToEnd() -> (text: String, end: End) {
        let end = readWhile { true }
        defer { unread = [] }
        return (String(decoding: unread, as: UTF8.self), end)
    }

    /// Reads exactly `count` bytes.
    func read(_ count: Int) throws -> [UInt8] {
        let end = readWhile { unread.count < count }
        guard unread.count >= count else { throw Failure(what: "\(end) after \(unread.count) of \(count) B") }
        defer { unread.removeFirst(count) }
        return Array(unread.prefix(count))
    }

    /// Reads the available bytes, at least one.
    func readAvailable() throws -> [UInt8] {
        let end = readWhile { unread.isEmpty }
        guard !unread.isEmpty else { throw Failure(what: "\(end) before the first byte") }
        defer { unread = [] }
        return unread
    }

    /// Reads one response with its body.
    func readResponse() throws -> RawResponse {
        let end = readWhile { headLength == nil }
        guard let length = headLength else { throw Failure(what: "\(end) within the response headers") }
        var response = RawResponse(head: String(decoding: try read(length), as: UTF8.self))
        if let bytes = response["content-length"].flatMap({ Int($0) }) {
            response.body = String(decoding: try read(bytes), as: UTF8.self)
        }
        return response
    }

    /// Sends one request and reads the answer.
    func exchange(_ target: String, _ fields: String...) throws -> RawResponse {
        try send((["GET \(target) HTTP/1.1", "Host: a"] + fields).joined(separator: "\r\n") + "\r\n\r\n")
        return try readResponse()
    }

    /// Opens a WebSocket and returns the headers of the response.
    func upgrade(_ target: String) throws -> RawResponse {
        try exchange(
            target, "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
    }

    /// Reads one unmasked frame of less than 126 B, or of a 16-bit length.
    func readFrame() throws -> (first: UInt8, payload: [UInt8]) {
        let header = try read(2)
        var length = Int(header[1])
        if length == 126 { length = try read(2).reduce(0) { $0 << 8 | Int($1) } }
        return (header[0], try read(length))
    }

    private var headLength: Int? {
        guard unread.count >= 4 else { return nil }
        for end in 4...unread.count where unread[(end - 4)..<end].elementsEqual([13, 10, 13, 10]) { return end }
        return nil
    }

    private func readWhile(_ isWanted: () -> Bool) -> End {
        var chunk = [UInt8](repeating: 0, count: 64 * 1_024)
        while isWanted() {
            let count = chunk.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
            if count == 0 { return .closed }
            if count < 0 { return errno == EAGAIN ? .silent : .reset }
            unread += chunk[..<count]
        }
        return .satisfied
    }
}

/// A response as received.
struct RawResponse {
    let head: String
    var body = ""

    var status: Int { Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0 }

    subscript(name: String) -> String? {
        for line in head.split(separator: "\r\n").dropFirst() {
            let pair = line.split(separator: ":", maxSplits: 1)
            if pair[0].lowercased() == name { return pair[1].trimmingCharacters(in: .whitespaces) }
        }
        return nil
    }

    /// Sequences of the items in the body.
    var sequences: [UInt64] {
        body.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: ",", maxSplits: 2)
            return parts.count == 3 ? UInt64(parts[0], radix: 36) : nil
        }
    }
}

/// Runs blocking work on a separate thread, because all tests share a small pool.
func blocking<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withTaskExecutorPreference(ThreadForEachJob.shared) { try work() }
}

private final class ThreadForEachJob: TaskExecutor {
    static let shared = ThreadForEachJob()

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        Thread.detachNewThread { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// Passes a connection between threads; only one thread uses it at a time.
struct Connection: @unchecked Sendable {
    let raw: RawConnection

    init(_ raw: RawConnection) { self.raw = raw }
}

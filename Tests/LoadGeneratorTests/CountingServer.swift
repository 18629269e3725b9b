import Foundation
import Glibc
import Host
import Synchronization

/// Answers each request with one item; its sequence says which connection it came on, and which answer it is there.
final class CountingServer: Sendable {
    let port: Int
    private let listener: Int32
    // Guards the headers, without their last line ends.
    private let seen = Mutex<[[String]]>([])

    /// The headers of the requests, by connection.
    var heads: [[String]] { seen.withLock { $0 } }

    init() throws {
        let listening = try LoopbackListener(backlog: 64)
        (listener, port) = (listening.socket, listening.port)
        let listener = listener
        Thread.detachNewThread { [weak self] in
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                guard let server = self else { return Descriptor.close(connection) }
                let place = server.seen.withLock { seen in
                    seen.append([])
                    return seen.count - 1
                }
                Thread.detachNewThread { server.serve(connection, place) }
            }
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    private func serve(_ connection: Int32, _ place: Int) {
        defer { Descriptor.close(connection) }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        // A client sends its next request only after the answer.
        while case let count = recv(connection, &bytes, bytes.count, 0), count > 4 {
            let head = String(decoding: bytes[..<(count - 4)], as: UTF8.self)
            let answers = seen.withLock { seen in
                seen[place].append(head)
                return seen[place].count
            }
            let body = "\(String(place * 1_000 + answers, radix: 36)),0,x\n"
            let answer = "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            _ = send(connection, answer, answer.utf8.count, Int32(MSG_NOSIGNAL))
        }
    }
}

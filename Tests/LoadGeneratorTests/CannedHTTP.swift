import Foundation
import Glibc

/// Answers every request of every connection with the same bytes; with no bytes, it never answers.
final class CannedHTTP: Sendable {
    let port: Int
    private let listener: Int32

    convenience init(json: Data) throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(json.count)\r\n\r\n"
        try self.init(answer: head + String(decoding: json, as: UTF8.self))
    }

    init(answer: String) throws {
        let listening = try LoopbackListener(backlog: 8)
        (listener, port) = (listening.socket, listening.port)
        Thread.detachNewThread {
            while case let connection = accept(listening.socket, nil, nil), connection >= 0 {
                Thread.detachNewThread { Self.serve(connection, Array(answer.utf8)) }
            }
            close(listening.socket)
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    // One read returns a whole request here.
    private static func serve(_ connection: Int32, _ answer: [UInt8]) {
        var request = [UInt8](repeating: 0, count: 4_096)
        while recv(connection, &request, request.count, 0) > 0 {
            if !answer.isEmpty { _ = send(connection, answer, answer.count, Int32(MSG_NOSIGNAL)) }
        }
        close(connection)
    }
}

import NIOCore

/// A request of HTTP/2 in HTTP/1.1's words, so that one strict reader judges both (RFC 9113 §8.3.1).
package struct HTTP2Request: Sendable, Equatable {
    /// The head, its empty line included.
    package let head: ByteBuffer
    /// Whether the stream is to become a WebSocket (RFC 8441): after the answer its content is frames, both ways.
    package let opensWebSocket: Bool
    /// Whether the answer has no content (RFC 9110 §9.3.2).
    package let isHead: Bool
    /// How the head announces what follows it.
    let content: Content

    /// What follows a head on its stream.
    enum Content: Equatable {
        /// The head declares a body of this length.
        case counted(Int)
        /// A body without a length, which HTTP/1.1 writes in chunks.
        case chunked
        /// Content that has no meaning for the request (RFC 9110 §9.3.1), or whose length cannot be read.
        case none
    }

    // What HTTP/2 has no place for (RFC 9113 §8.2.2), and what is written anew.
    private static let refusedNames: Set<String> = [
        "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade",
    ]

    /// - Parameters:
    ///   - fields: The field block in order, pseudo-header fields first.
    ///   - endsStream: Whether nothing follows the head on its stream.
    /// - Throws: ``HTTP2RequestFault`` if a name or value could be taken for something else in HTTP/1.1.
    package init(fields: [(name: String, value: String)], endsStream: Bool = true) throws(HTTP2RequestFault) {
        var pseudo: [String: String] = [:]
        var lines = ""
        var length: String?
        for (name, value) in fields {
            guard value.utf8.allSatisfy({ $0 != 0x0d && $0 != 0x0a && $0 != 0x00 }) else {
                throw HTTP2RequestFault(sentence: "a field value holds a line end or NUL")
            }
            if name.hasPrefix(":") {
                pseudo[name] = value
            } else if Self.refusedNames.contains(name) {
                throw HTTP2RequestFault(sentence: "the field \(name) belongs to HTTP/1.1")
            } else if name != "host" {
                lines += "\(name): \(value)\r\n"
                if name == "content-length" { length = value }
            }
        }
        guard let method = pseudo[":method"], let path = pseudo[":path"], let authority = pseudo[":authority"] else {
            throw HTTP2RequestFault(sentence: "a request needs :method, :path and :authority")
        }
        isHead = method == "HEAD"
        opensWebSocket = method == "CONNECT" && pseudo[":protocol"] == "websocket"
        if method == "CONNECT", !opensWebSocket {
            throw HTTP2RequestFault(sentence: "CONNECT opens a websocket here and nothing else")
        }
        guard [method, path].allSatisfy({ $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f } }) else {
            throw HTTP2RequestFault(sentence: "method and path are visible ASCII")
        }
        if opensWebSocket { lines += Self.upgrade }
        content = Self.content(length: length, of: method, endsStream: endsStream)
        if content == .chunked { lines += "Transfer-Encoding: chunked\r\n" }
        head = ByteBuffer(
            string: "\(opensWebSocket ? "GET" : method) \(path) HTTP/1.1\r\nHost: \(authority)\r\n\(lines)\r\n")
    }

    private static func content(length: String?, of method: String, endsStream: Bool) -> Content {
        // One that cannot be read is left to the reader to refuse.
        if let length { return Int(length).flatMap { $0 < 0 ? nil : .counted($0) } ?? .none }
        return !endsStream && method == "POST" ? .chunked : .none
    }

    // RFC 8441 §5: the key proves nothing on a stream, so a constant one stands in; its answer is not sent.
    private static let upgrade =
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
}

/// Why a request cannot be put into HTTP/1.1's words; the stream is reset with PROTOCOL_ERROR.
package struct HTTP2RequestFault: Error, Equatable, CustomStringConvertible {
    package let sentence: String
    package var description: String { sentence }
}

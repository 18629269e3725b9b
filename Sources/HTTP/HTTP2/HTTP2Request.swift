import NIOCore

/// An HTTP/2 request translated to HTTP/1.1, so that one strict parser checks both (RFC 9113 §8.3.1).
package struct HTTP2Request: Sendable, Equatable {
    /// Request line and headers, including the empty line.
    package let head: ByteBuffer
    /// Whether the stream becomes a WebSocket (RFC 8441): after the response its content is WebSocket frames, both
    /// ways.
    package let opensWebSocket: Bool
    /// Whether the request is HEAD, whose response has no content (RFC 9110 §9.3.2).
    package let isHead: Bool
    /// The content that follows, as the headers declare it.
    let content: Content

    /// The content after the headers on a stream.
    enum Content: Equatable {
        /// A body of this declared length.
        case counted(Int)
        /// A body without a length, which HTTP/1.1 sends in chunks.
        case chunked
        /// Content that has no meaning for the request (RFC 9110 §9.3.1), or whose declared length is invalid.
        case none
    }

    // Fields that HTTP/2 forbids (RFC 9113 §8.2.2).
    private static let refusedNames: Set<String> = [
        "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade",
    ]

    /// - Parameters:
    ///   - fields: The field block in order, pseudo-header fields first.
    ///   - endsStream: Whether the stream ends with the headers.
    /// - Throws: ``HTTP2RequestFault`` if a name or value would have another meaning in HTTP/1.1.
    package init(fields: [(name: String, value: String)], endsStream: Bool = true) throws(HTTP2RequestFault) {
        var pseudo: [String: String] = [:]
        var lines = ""
        var length: String?
        for (name, value) in fields {
            guard value.utf8.allSatisfy({ $0 != 0x0d && $0 != 0x0a && $0 != 0x00 }) else {
                throw HTTP2RequestFault(sentence: "a field value contains a line break or NUL")
            }
            if name.hasPrefix(":") {
                pseudo[name] = value
            } else if Self.refusedNames.contains(name) {
                throw HTTP2RequestFault(sentence: "the field \(name) is not allowed in HTTP/2")
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
            throw HTTP2RequestFault(sentence: "CONNECT is supported for :protocol websocket only")
        }
        guard [method, path].allSatisfy({ $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f } }) else {
            throw HTTP2RequestFault(sentence: "method and path must be visible ASCII")
        }
        if opensWebSocket { lines += Self.upgrade }
        content = Self.content(length: length, of: method, endsStream: endsStream)
        if content == .chunked { lines += "Transfer-Encoding: chunked\r\n" }
        head = ByteBuffer(
            string: "\(opensWebSocket ? "GET" : method) \(path) HTTP/1.1\r\nHost: \(authority)\r\n\(lines)\r\n")
    }

    private static func content(length: String?, of method: String, endsStream: Bool) -> Content {
        // The parser refuses an invalid length.
        if let length { return Int(length).flatMap { $0 < 0 ? nil : .counted($0) } ?? .none }
        return !endsStream && method == "POST" ? .chunked : .none
    }

    // RFC 8441 §5: a stream needs no key, so this one is constant; Sec-WebSocket-Accept is not sent.
    private static let upgrade =
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
}

/// Why a request cannot be translated to HTTP/1.1; the stream is reset with PROTOCOL_ERROR.
package struct HTTP2RequestFault: Error, Equatable, CustomStringConvertible {
    package let sentence: String
    package var description: String { sentence }
}

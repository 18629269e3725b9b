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

    /// - Parameters:
    ///   - fields: The field block in order, pseudo-header fields first.
    ///   - endsStream: Whether the stream ends with the headers.
    /// - Throws: ``HTTP2RequestFault`` if the request is malformed (RFC 9113 §8.1.1), or a name or value would have
    ///   another meaning in HTTP/1.1.
    package init(fields: [(name: String, value: String)], endsStream: Bool = true) throws(HTTP2RequestFault) {
        var pseudo = PseudoFields()
        let pseudoCount = fields.prefix { $0.name.utf8.first == UInt8(ascii: ":") }.count
        for (name, value) in fields[..<pseudoCount] { try pseudo.add(name, value) }
        guard let method = pseudo.method, let path = pseudo.path, let authority = pseudo.authority,
            pseudo.scheme != nil
        else { throw HTTP2RequestFault(sentence: "a request needs :method, :scheme, :path and :authority") }
        isHead = method == "HEAD"
        opensWebSocket = method == "CONNECT" && pseudo.connectProtocol == "websocket"
        if method == "CONNECT" ? !opensWebSocket : pseudo.connectProtocol != nil {
            throw HTTP2RequestFault(sentence: "CONNECT is supported for :protocol websocket only, and for nothing else")
        }
        guard [method, path].allSatisfy({ $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f } }), !path.isEmpty else {
            throw HTTP2RequestFault(sentence: "method and path must be visible ASCII")
        }
        var head = Self.beginning(opensWebSocket ? "GET" : method, path, authority)
        let length = try Self.append(fields[pseudoCount...], to: &head)
        content = Self.content(length: length, of: method, endsStream: endsStream)
        if opensWebSocket { head.writeStaticString(Self.upgrade) }
        if content == .chunked { head.writeStaticString("Transfer-Encoding: chunked\r\n") }
        head.writeStaticString("\r\n")
        self.head = head
    }

    private static func beginning(_ method: String, _ path: String, _ authority: String) -> ByteBuffer {
        var head = ByteBufferAllocator().buffer(capacity: 384 + path.utf8.count)
        head.writeString(method)
        head.writeStaticString(" ")
        head.writeString(path)
        head.writeStaticString(" HTTP/1.1\r\nHost: ")
        head.writeString(authority)
        head.writeStaticString("\r\n")
        return head
    }

    /// Appends the fields that are not pseudo-header fields.
    ///
    /// - Returns: The last `content-length`.
    private static func append(
        _ fields: ArraySlice<(name: String, value: String)>, to head: inout ByteBuffer
    ) throws(HTTP2RequestFault) -> String? {
        var length: String?
        for (name, value) in fields {
            try FieldRules.check(name, value)
            // The authority replaces it.
            if name == "host" { continue }
            head.writeString(name)
            head.writeStaticString(": ")
            head.writeString(value)
            head.writeStaticString("\r\n")
            if name == "content-length" { length = value }
        }
        return length
    }

    private static func content(length: String?, of method: String, endsStream: Bool) -> Content {
        // The parser refuses an invalid length.
        if let length { return Int(length).flatMap { $0 < 0 ? nil : .counted($0) } ?? .none }
        return !endsStream && method == "POST" ? .chunked : .none
    }

    // RFC 8441 §5: a stream needs no key, so this one is constant; Sec-WebSocket-Accept is not sent.
    private static let upgrade: StaticString =
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
}

/// Why a request cannot be translated to HTTP/1.1; the stream is reset with PROTOCOL_ERROR.
package struct HTTP2RequestFault: Error, Equatable, CustomStringConvertible {
    package let sentence: String
    package var description: String { sentence }
}

import NIOCore

/// The status line and headers of an HTTP/1.1 response, in the form that HTTP/2 sends. Made once for all streams that
/// send the same headers.
package final class HTTP2Head: Sendable {
    /// Three digits. 101 is 200 here, which switches a stream to WebSocket (RFC 8441 §5).
    package let status: String
    /// Names are in lower case; fields of HTTP/1.1 only are left out.
    package let fields: [ResponseField]
    /// Whether another response follows (RFC 9110 §15.2).
    let isInterim: Bool
    let content: Content

    /// The content that follows the headers in HTTP/1.1.
    enum Content: Equatable {
        case none
        case counted(Int)
        case chunked
        /// Up to the end of the exchange: a WebSocket, or a body without a length.
        case open
    }

    // RFC 9113 §8.2.2, and the field that only HTTP/1.1's opening handshake has (RFC 8441 §5).
    private static let droppedNames: Set<String> = [
        "connection", "keep-alive", "transfer-encoding", "upgrade", "sec-websocket-accept",
    ]

    /// - Parameter bytes: Status line and headers, including the empty line. Our own code encodes them, so a fault
    ///   makes a response that no client ever sees: 500 without headers.
    init(_ bytes: ByteBuffer) {
        guard let head = try? ResponseHead(parsing: bytes) else {
            (status, fields, isInterim, content) = ("500", [], false, .none)
            return
        }
        status = head.status == 101 ? "200" : "\(head.status)"
        fields = head.fields.folded.filter { !Self.droppedNames.contains($0.name) }
        isInterim = head.isInterim
        let length = head.fields.single("content-length").flatMap { Int($0) }
        if head.status == 204 || head.status == 304 || length == 0 {
            content = .none
        } else if !head.fields.values("transfer-encoding").isEmpty {
            content = .chunked
        } else {
            content = length.map { .counted($0) } ?? .open
        }
    }
}

/// The response headers that streams have sent last. Many streams send the same ones.
package struct HTTP2Heads {
    private static let most = 8

    private var known: [(bytes: ByteBuffer, head: HTTP2Head)] = []

    package init() {}

    /// - Parameter bytes: Status line and headers, including the empty line.
    /// - Returns: The head that was made of the same bytes before, or a new one.
    mutating func head(of bytes: ByteBuffer) -> HTTP2Head {
        if let index = known.lastIndex(where: { $0.bytes == bytes }) { return known[index].head }
        let head = HTTP2Head(bytes)
        if known.count == Self.most { known.removeFirst() }
        // A copy, because a slice would keep the body in memory.
        var copy = ByteBuffer()
        copy.writeImmutableBuffer(bytes)
        known.append((copy, head))
        return head
    }
}

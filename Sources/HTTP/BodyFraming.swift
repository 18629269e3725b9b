import NIOCore

/// How the server delimits a body of unknown length.
package enum BodyFraming: UInt8, Sendable {
    /// One chunk per write (RFC 9112 §7.1).
    case chunked
    /// No framing: the body ends with the connection. For HTTP/1.0, which has no chunked coding, and for bodies that
    /// another layer frames.
    case unframed

    /// The framing for the request's version of HTTP.
    package init(for head: RequestHead) {
        self = head.isHTTP10 || head.isFramed ? .unframed : .chunked
    }

    /// Room for a chunk's size and line ends.
    package static let maximumOverhead = 16 + 4

    /// Writes a chunk of this many bytes, at least 1; `content` writes them.
    package func write(_ bytes: Int, into buffer: inout ByteBuffer, content: (inout ByteBuffer) -> Void) {
        guard case .chunked = self else { return content(&buffer) }
        precondition(bytes > 0, "an empty chunk would end the body")
        buffer.writeString("\(String(bytes, radix: 16))\r\n")
        content(&buffer)
        buffer.writeString("\r\n")
    }

    /// A text as one chunk; nothing for an empty one.
    package func framed(_ text: String) -> ByteBuffer {
        var buffer = ByteBuffer()
        if !text.isEmpty { write(text.utf8.count, into: &buffer) { $0.writeString(text) } }
        return buffer
    }

    /// The end of the body: the last chunk, without trailer fields.
    package var ending: String {
        switch self {
        case .chunked: "0\r\n\r\n"
        case .unframed: ""
        }
    }
}

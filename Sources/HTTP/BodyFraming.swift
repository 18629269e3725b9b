import NIOCore

/// How a body of unknown length is marked off, as the server writes it.
package enum BodyFraming: UInt8, Sendable {
    /// A chunk a write (RFC 9112 §7.1).
    case chunked
    /// Not at all: the connection's end is the body's. For HTTP/1.0, which knows no chunks, and where another layer has
    /// frames of its own.
    case unframed

    /// What HTTP/1.0 or HTTP/1.1 asks for.
    package init(for head: RequestHead) {
        self = head.isHTTP10 ? .unframed : .chunked
    }

    /// Room for a chunk's size and line ends.
    package static let maximumOverhead = 16 + 4

    /// Writes a chunk whose content has this many bytes, at least 1, and is written by `content`.
    package func write(_ bytes: Int, into buffer: inout ByteBuffer, content: (inout ByteBuffer) -> Void) {
        guard case .chunked = self else { return content(&buffer) }
        precondition(bytes > 0, "a chunk of no bytes ends the body")
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

    /// What ends the body: the last chunk, without trailer fields.
    package var ending: String {
        switch self {
        case .chunked: "0\r\n\r\n"
        case .unframed: ""
        }
    }
}

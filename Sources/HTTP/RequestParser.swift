import NIOCore

/// Reads the request line and headers of HTTP/1 requests from a connection's bytes, strictly (RFC 9112).
///
/// Errors that the RFC lets a server repair are refused: line folding, white space before a colon, a bare LF, two
/// lengths, a length together with a transfer coding. Request smuggling uses them.
///
/// Own code, because SwiftNIO's HTTP/1 pipeline takes twice the CPU time per request (29 µs instead of 13 µs), which
/// would be most of the cost of a poll.
package struct RequestParser: Sendable {
    /// Maximum size of request line and headers, in bytes.
    static let maximumHeadBytes = 16 * 1_024
    /// Maximum size of the request target, in bytes.
    static let maximumTargetBytes = 8 * 1_024

    // Bytes already searched for the end of the headers, so that headers in many pieces are not searched again.
    private var searched = 0
    /// Whether the refused request is HEAD, whose response has no content (RFC 9110 §9.3.2).
    package private(set) var hasRefusedHEAD = false

    package init() {}

    /// Takes the headers of the next request from `buffer` once they are complete.
    ///
    /// - Returns: `nil` while bytes are missing.
    /// - Throws: ``RequestFault``; answer it and close, because the start of the next request is unknown.
    package mutating func next(from buffer: inout ByteBuffer) throws(RequestFault) -> RequestHead? {
        skipEmptyLines(&buffer)
        let length = headLength(in: buffer)
        if length ?? buffer.readableBytes > Self.maximumHeadBytes { throw refusal(Self.tooLarge, of: buffer) }
        guard let length, let bytes = buffer.readSlice(length: length) else { return nil }
        searched = 0
        do throws(RequestFault) {
            return try HeadReader(bytes: bytes).read()
        } catch {
            throw refusal(error, of: bytes)
        }
    }

    private mutating func refusal(_ fault: RequestFault, of bytes: ByteBuffer) -> RequestFault {
        hasRefusedHEAD = bytes.readableBytesView.starts(with: "HEAD ".utf8)
        return fault
    }

    private static let tooLarge = RequestFault(
        .headTooLarge, "the request headers are longer than the allowed \(maximumHeadBytes) B")

    // RFC 9112 §2.2: a server should ignore at least one empty line before the request line.
    private func skipEmptyLines(_ buffer: inout ByteBuffer) {
        while searched == 0, buffer.readableBytes >= 2,
            buffer.getInteger(at: buffer.readerIndex, as: UInt16.self) == 0x0d0a
        {
            buffer.moveReaderIndex(forwardBy: 2)
        }
    }

    private mutating func headLength(in buffer: ByteBuffer) -> Int? {
        let start = searched
        let (found, next) = buffer.withUnsafeReadableBytes { bytes -> (Int?, Int) in
            var index = start
            while index < bytes.count {
                guard let lineEnd = bytes.lineFeed(from: index) else { break }
                if lineEnd >= 3, bytes[lineEnd - 1] == 0x0d, bytes[lineEnd - 2] == 0x0a { return (lineEnd + 1, 0) }
                // Two bare line feeds end the headers for lenient parsers; here too, so that the request is refused at
                // once.
                if lineEnd >= 1, bytes[lineEnd - 1] == 0x0a { return (lineEnd + 1, 0) }
                index = lineEnd + 1
            }
            // A single first byte may be half of an empty line.
            return (nil, bytes.count < 2 ? 0 : bytes.count)
        }
        searched = found == nil ? next : 0
        return found
    }
}

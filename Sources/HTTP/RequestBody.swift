import NIOCore

/// Collects a request's body, of a known length or chunked, up to a limit.
package struct RequestBody: Sendable {
    private enum Framing {
        case counted(missing: Int)
        case chunked(ChunkedReader)
    }

    private var framing: Framing
    private var content = ByteBuffer()
    private let limit: Int

    /// - Parameters:
    ///   - head: The request's headers.
    ///   - limit: Maximum length of the body, in bytes.
    /// - Throws: ``RequestFault`` (413) for a declared length above the limit.
    package init(of head: RequestHead, limit: Int) throws(RequestFault) {
        if head.contentLength > limit { throw Self.tooLarge(limit) }
        self.limit = limit
        framing = head.isChunked ? .chunked(ChunkedReader(isFollowed: true)) : .counted(missing: head.contentLength)
    }

    /// Bytes of the body that are held in memory.
    package var heldBytes: Int { content.readableBytes }

    /// Takes the body's bytes from the front of `bytes` and leaves the rest.
    ///
    /// A body that arrived whole shares storage with `bytes`; only a body in parts is copied.
    ///
    /// - Returns: The body once it is complete; do not call again after that.
    /// - Throws: ``RequestFault`` (400 or 413); answer it and close, because the start of the next request is unknown.
    package mutating func take(_ bytes: inout ByteBuffer) throws(RequestFault) -> ByteBuffer? {
        switch framing {
        case .counted(let missing):
            guard let part = bytes.readSlice(length: min(missing, bytes.readableBytes)) else { return nil }
            if part.readableBytes == missing, content.readableBytes == 0 { return part }
            content.writeImmutableBuffer(part)
            framing = .counted(missing: missing - part.readableBytes)
            return missing == part.readableBytes ? content : nil
        case .chunked(let reader):
            return try takeChunks(&bytes, reader)
        }
    }

    package static func tooLarge(_ limit: Int) -> RequestFault {
        RequestFault(.contentTooLarge, "the body is longer than the allowed \(limit) B")
    }

    private mutating func takeChunks(
        _ bytes: inout ByteBuffer, _ known: ChunkedReader
    ) throws(RequestFault) -> ByteBuffer? {
        var reader = known
        do throws(ChunkedFault) {
            while let part = try reader.nextContent(of: &bytes) {
                content.writeImmutableBuffer(part)
                if content.readableBytes > limit { break }
            }
        } catch {
            throw RequestFault(.badRequest, "the request body is not valid chunked coding (RFC 9112 §7.1): \(error)")
        }
        if content.readableBytes > limit { throw Self.tooLarge(limit) }
        framing = .chunked(reader)
        return reader.isComplete ? content : nil
    }
}

import NIOCore

/// Splits an HTTP/1.1 response into the parts that HTTP/2 sends as frames. So a transport encodes a response once for
/// both versions, and content is not copied.
package struct HTTP2Response: Sendable {
    package enum Part {
        case head(HTTP2Head, endsStream: Bool)
        case content(ByteBuffer, endsStream: Bool)
    }

    private enum State {
        case head
        /// This many bytes of content are missing.
        case counted(Int)
        case chunked(ChunkedReader)
        /// Content up to the end of the exchange: a WebSocket, or a body without a length.
        case open
        case ended
    }

    private var state = State.head
    private var pending = ByteBuffer()

    private let answersHead: Bool

    /// - Parameter answersHead: Whether the request was HEAD, whose response has no content (RFC 9110 §9.3.2).
    package init(answersHead: Bool = false) {
        self.answersHead = answersHead
    }

    /// Whether the last part of the stream has been returned.
    package var hasEnded: Bool {
        if case .ended = state { return true }
        return false
    }

    /// Adds the next bytes of the response, split at any point; then take the parts.
    package mutating func written(_ bytes: ByteBuffer) {
        // Usually nothing is pending, and the bytes are passed on without a copy: all streams may share them.
        if pending.readableBytes == 0 { pending = bytes } else { pending.writeImmutableBuffer(bytes) }
    }

    /// Takes the next part to send.
    ///
    /// - Parameter known: What other streams have sent before.
    /// - Returns: `nil` while bytes are missing.
    package mutating func next(from known: inout HTTP2Heads) -> Part? {
        if pending.readableBytes == 0 { return nil }
        defer { if pending.readableBytes == 0 { pending = ByteBuffer() } }
        switch state {
        case .head: return readHead(&known)
        case .counted(let missing):
            let count = min(missing, pending.readableBytes)
            let ends = count == missing
            state = ends ? .ended : .counted(missing - count)
            return pending.readSlice(length: count).map { .content($0, endsStream: ends) }
        case .chunked(let reader): return readChunk(reader)
        case .open:
            let content = pending
            pending = ByteBuffer()
            return .content(content, endsStream: false)
        case .ended:
            // The body of a response to HEAD, or bytes that are written after the end: a stream has one response.
            pending.clear()
            return nil
        }
    }

    private mutating func readHead(_ heads: inout HTTP2Heads) -> Part? {
        guard let length = Self.headLength(pending), let bytes = pending.readSlice(length: length) else { return nil }
        let head = heads.head(of: bytes)
        if head.isInterim { return .head(head, endsStream: false) }
        switch head.content {
        case _ where answersHead: state = .ended
        case .none: state = .ended
        case .counted(let length): state = .counted(length)
        case .chunked: state = .chunked(ChunkedReader())
        case .open: state = .open
        }
        return .head(head, endsStream: hasEnded)
    }

    private static func headLength(_ bytes: ByteBuffer) -> Int? {
        bytes.withUnsafeReadableBytes { raw in
            var start = 0
            while let index = raw[start...].firstIndex(of: 0x0a) {
                if index >= 3, raw[index - 1] == 0x0d, raw[index - 2] == 0x0a { return index + 1 }
                start = index + 1
            }
            return nil
        }
    }

    // Our own code encodes the chunks, so a fault here only ends the body.
    private mutating func readChunk(_ known: ChunkedReader) -> Part? {
        var reader = known
        var content: ByteBuffer?
        do throws(ChunkedFault) {
            content = try reader.nextContent(of: &pending)
        } catch {
            return end(with: nil)
        }
        if reader.isComplete { return end(with: content) }
        state = .chunked(reader)
        return content.map { .content($0, endsStream: false) }
    }

    private mutating func end(with last: ByteBuffer?) -> Part {
        state = .ended
        return .content(last ?? ByteBuffer(), endsStream: true)
    }
}

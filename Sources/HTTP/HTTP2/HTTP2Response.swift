import NIOCore

/// Splits an HTTP/1.1 response into the parts that HTTP/2 sends as frames. So a transport encodes a response once for
/// both versions, and content is not copied.
package struct HTTP2Response: Sendable {
    package enum Part: Sendable, Equatable {
        /// Names are in lower case; `:status` and fields of HTTP/1.1 only are left out.
        case head(status: String, fields: [ResponseField], endsStream: Bool)
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

    // RFC 9113 §8.2.2, and the field that only HTTP/1.1's opening handshake has (RFC 8441 §5).
    private static let droppedNames: Set<String> = [
        "connection", "keep-alive", "transfer-encoding", "upgrade", "sec-websocket-accept",
    ]

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

    /// - Parameter bytes: The next bytes of the response, split at any point.
    /// - Returns: The parts to send, in order.
    package mutating func written(_ bytes: ByteBuffer) -> [Part] {
        var parts: [Part] = []
        // Usually nothing is pending, and the bytes are passed on without a copy: all streams may share them.
        if pending.readableBytes == 0 { pending = bytes } else { pending.writeImmutableBuffer(bytes) }
        while pending.readableBytes > 0, let part = next() { parts.append(part) }
        if pending.readableBytes == 0 { pending = ByteBuffer() }
        return parts
    }

    private mutating func next() -> Part? {
        switch state {
        case .head: return readHead()
        case .counted(let missing):
            let count = min(missing, pending.readableBytes)
            let ends = count == missing
            state = ends ? .ended : .counted(missing - count)
            return pending.readSlice(length: count).map { .content($0, endsStream: ends) }
        case .chunked(let reader): return readChunk(reader)
        case .open:
            defer { pending = ByteBuffer() }
            return .content(pending, endsStream: false)
        case .ended:
            // The body of a response to HEAD, or bytes that a handler writes after the end: a stream has one response.
            pending = ByteBuffer()
            return nil
        }
    }

    private mutating func readHead() -> Part? {
        guard let end = pending.readableBytesView.firstRange(of: Array("\r\n\r\n".utf8)),
            let bytes = pending.readSlice(length: end.upperBound - pending.readerIndex)
        else { return nil }
        guard let head = try? ResponseHead(parsing: bytes) else {
            // Our own code encodes the headers, so no client sees this.
            state = .ended
            return .head(status: "500", fields: [], endsStream: true)
        }
        let fields = head.fields.folded.filter { !Self.droppedNames.contains($0.name) }
        if head.isInterim { return .head(status: "\(head.status)", fields: fields, endsStream: false) }
        let contentLength = head.fields.single("content-length").flatMap { Int($0) }
        let isChunked = !head.fields.values("transfer-encoding").isEmpty
        let isEmpty = answersHead || head.status == 204 || head.status == 304 || contentLength == 0
        state = isEmpty ? .ended : isChunked ? .chunked(ChunkedReader()) : contentLength.map { .counted($0) } ?? .open
        // RFC 8441 §5: 200 switches a stream to WebSocket.
        return .head(status: head.status == 101 ? "200" : "\(head.status)", fields: fields, endsStream: isEmpty)
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

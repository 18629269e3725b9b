import NIOCore

/// The client's half of one HTTP/2 stream: translates its frames for the HTTP/1.1 parser.
///
/// A stream carries one request (RFC 9113 §8.1). The parser gets its headers, and its body if it has one; everything
/// else that the client sends is discarded, up to a limit.
package struct StreamRequest: Sendable {
    /// What the driver does with a frame, in this order.
    package struct Outcome: Sendable, Equatable {
        /// Bytes for the parser.
        package var bytes: ByteBuffer?
        package var then: Continuation = .goOn
    }

    package enum Continuation: Sendable, Equatable {
        case goOn
        /// The client has ended its half of a WebSocket (RFC 8441 §5).
        case peerEnded
        case reset(StreamFault)
    }

    private enum State: Equatable {
        case awaitingHead
        /// This many bytes of the body are missing.
        case counted(missing: Int)
        case chunked
        /// Content without a meaning; this many more bytes are tolerated.
        case discarding(left: Int)
        case webSocket
        case ended
    }

    /// Bytes that a client may send after its request without a reset: it may not have read the response yet.
    package static let maximumDiscardedBytes = 64 << 10

    private var state = State.awaitingHead
    /// Whether the request is HEAD, whose response has no content.
    package private(set) var isHead = false
    package private(set) var opensWebSocket = false

    package init() {}

    /// Whether the client has sent its last frame.
    package var hasEnded: Bool { state == .ended }

    /// A field block has arrived: the headers or the trailers.
    package mutating func fieldsArrived(_ fields: [(name: String, value: String)], endsStream: Bool) -> Outcome {
        guard case .awaitingHead = state else { return trailersArrived(fields, endsStream: endsStream) }
        do throws(HTTP2RequestFault) {
            return begin(try HTTP2Request(fields: fields, endsStream: endsStream), endsStream: endsStream)
        } catch {
            return fail(.protocolError)
        }
    }

    /// Content has arrived.
    package mutating func contentArrived(_ bytes: ByteBuffer, endsStream: Bool) -> Outcome {
        switch state {
        case .awaitingHead: return fail(.protocolError)
        case .ended: return fail(.streamClosed)
        case .counted(let missing):
            // RFC 9113 §8.1.1: a body whose length differs from the declared one makes the request malformed.
            let left = missing - bytes.readableBytes
            if left < 0 || (endsStream && left > 0) { return fail(.protocolError) }
            state = endsStream ? .ended : .counted(missing: left)
            return Outcome(bytes: bytes)
        case .chunked:
            state = endsStream ? .ended : .chunked
            return Outcome(bytes: Self.chunk(bytes, isLast: endsStream))
        case .discarding(let left):
            if bytes.readableBytes > left { return fail(.enhanceYourCalm) }
            state = endsStream ? .ended : .discarding(left: left - bytes.readableBytes)
            return Outcome()
        case .webSocket:
            if endsStream { state = .ended }
            return Outcome(bytes: bytes, then: endsStream ? .peerEnded : .goOn)
        }
    }

    /// The response is complete: the rest of the request is discarded.
    package mutating func responseEnded() {
        switch state {
        case .counted, .chunked: state = .discarding(left: Self.maximumDiscardedBytes)
        case .awaitingHead, .discarding, .webSocket, .ended: break
        }
    }

    private mutating func begin(_ request: HTTP2Request, endsStream: Bool) -> Outcome {
        isHead = request.isHead
        opensWebSocket = request.opensWebSocket
        var outcome = Outcome(bytes: request.head)
        switch request.content {
        case _ where opensWebSocket:
            state = endsStream ? .ended : .webSocket
            if endsStream { outcome.then = .peerEnded }
        case .counted(let length) where endsStream && length > 0: return fail(.protocolError)
        case _ where endsStream: state = .ended
        case .counted(let length): state = .counted(missing: length)
        case .chunked: state = .chunked
        case .none: state = .discarding(left: Self.maximumDiscardedBytes)
        }
        return outcome
    }

    // RFC 9113 §8.1: trailers end the stream and have no pseudo-header field. They are not used.
    private mutating func trailersArrived(_ fields: [(name: String, value: String)], endsStream: Bool) -> Outcome {
        guard endsStream else { return fail(.protocolError) }
        for (name, value) in fields where (try? FieldRules.check(name, value)) == nil { return fail(.protocolError) }
        return contentArrived(ByteBuffer(), endsStream: true)
    }

    private mutating func fail(_ fault: StreamFault) -> Outcome {
        state = .ended
        return Outcome(then: .reset(fault))
    }

    private static func chunk(_ bytes: ByteBuffer, isLast: Bool) -> ByteBuffer {
        let ending = isLast ? BodyFraming.chunked.ending : ""
        guard bytes.readableBytes > 0 else { return ByteBuffer(string: ending) }
        var buffer = ByteBuffer()
        BodyFraming.chunked.write(bytes.readableBytes, into: &buffer) { $0.writeImmutableBuffer(bytes) }
        buffer.writeString(ending)
        return buffer
    }
}

/// The error codes that a stream is reset with (RFC 9113 §7).
package enum StreamFault: UInt32, Sendable, Equatable {
    case protocolError = 0x1
    case streamClosed = 0x5
    case enhanceYourCalm = 0xb
}

import NIOCore

/// One end of an HTTP/2 stream with one exchange: decides what the peer's frames mean and which frames are sent.
///
/// ``HTTP2StreamHandler`` carries out its decisions.
package protocol HTTP2StreamEnd {
    /// Whether the peer has ended its half of a WebSocket's stream, which then closes in order when this end closes
    /// (RFC 8441 §5).
    var peerHasEnded: Bool { get }
    /// Whether this end's response is complete and the rest of the peer's request is not needed (RFC 9113 §8.1).
    var needsNoMore: Bool { get }

    /// The stream is open.
    ///
    /// - Returns: The field block that is sent at once; `nil` for none.
    func opened() -> [(name: String, value: String)]?

    /// A field block has arrived.
    mutating func fieldsArrived(_ fields: [(name: String, value: String)], endsStream: Bool) -> HTTP2StreamOutcome

    /// Content has arrived.
    mutating func contentArrived(_ bytes: ByteBuffer, endsStream: Bool) -> HTTP2StreamOutcome

    /// The handler above has written bytes, split at any point.
    mutating func written(_ bytes: ByteBuffer) -> HTTP2StreamParts
}

/// One part sent on a stream.
package enum HTTP2StreamPart {
    case fields([(name: String, value: String)], endsStream: Bool)
    case content(ByteBuffer, endsStream: Bool)

    var endsStream: Bool {
        switch self {
        case .fields(_, let endsStream), .content(_, let endsStream): endsStream
        }
    }
}

/// The parts sent for one write, in order. Usually there is one, which needs no allocation.
package struct HTTP2StreamParts {
    package let first: HTTP2StreamPart?
    let rest: [HTTP2StreamPart]

    package init(_ first: HTTP2StreamPart?, _ rest: [HTTP2StreamPart] = []) {
        self.first = first
        self.rest = rest
    }
}

/// What to do after a frame, in this order.
package struct HTTP2StreamOutcome {
    package enum Continuation: Equatable {
        case goOn
        /// The peer has closed its half.
        case peerEnded
        /// Reset the stream with this error code (RFC 9113 §7).
        case reset(UInt32)
    }

    /// The handler above gets these as an ``HTTP2StreamAnswer``.
    package let answer: [(name: String, value: String)]?
    /// Bytes for the handler above.
    package let bytes: ByteBuffer?
    package let then: Continuation

    package init(
        answer: [(name: String, value: String)]? = nil, bytes: ByteBuffer? = nil, then: Continuation = .goOn
    ) {
        self.answer = answer
        self.bytes = bytes
        self.then = then
    }
}

/// The headers of the response to a stream's request, an event for the handler above.
package struct HTTP2StreamAnswer: Sendable {
    package let fields: [(name: String, value: String)]
}

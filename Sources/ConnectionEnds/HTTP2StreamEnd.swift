import NIOCore

/// One end of an HTTP/2 stream that carries one exchange: decides what the peer's frames mean and which frames are sent.
///
/// ``HTTP2StreamHandler`` carries out what it decides.
package protocol HTTP2StreamEnd {
    /// Whether the peer has sent its last frame, and the stream then ends in order when this end does: a WebSocket
    /// (RFC 8441 §5).
    var peerHasEnded: Bool { get }
    /// Whether this end's answer is complete and the rest of the peer's request is not needed (RFC 9113 §8.1).
    var needsNoMore: Bool { get }

    /// The stream is open.
    ///
    /// - Returns: The field block that is sent at once; `nil` for none.
    func opened() -> [(name: String, value: String)]?

    /// A field block has come.
    mutating func fieldsArrived(_ fields: [(name: String, value: String)], endsStream: Bool) -> HTTP2StreamOutcome

    /// Content has come.
    mutating func contentArrived(_ bytes: ByteBuffer, endsStream: Bool) -> HTTP2StreamOutcome

    /// The handler above has written bytes, cut in any way.
    mutating func written(_ bytes: ByteBuffer) -> HTTP2StreamParts
}

/// What is sent on a stream.
package enum HTTP2StreamPart {
    case fields([(name: String, value: String)], endsStream: Bool)
    case content(ByteBuffer, endsStream: Bool)

    package var endsStream: Bool {
        switch self {
        case .fields(_, let endsStream), .content(_, let endsStream): endsStream
        }
    }
}

/// What is sent for one write, in order. Nearly always it is one part, which takes no memory of its own.
package struct HTTP2StreamParts {
    package let first: HTTP2StreamPart?
    package let rest: [HTTP2StreamPart]

    package init(_ first: HTTP2StreamPart?, _ rest: [HTTP2StreamPart] = []) {
        self.first = first
        self.rest = rest
    }
}

/// What follows from a frame, in this order.
package struct HTTP2StreamOutcome {
    package enum Continuation: Equatable {
        case goOn
        /// The peer sends no more.
        case peerEnded
        /// The stream is reset with this error code (RFC 9113 §7).
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

/// The answer to a stream's request, an event for the handler above.
package struct HTTP2StreamAnswer: Sendable {
    package let fields: [(name: String, value: String)]
}

import ConnectionEnds
import NIOCore

/// The client's end of one HTTP/2 stream that carries a WebSocket (RFC 8441) in DATA frames.
struct ClientStream: HTTP2StreamEnd {
    /// Field block of the request, pseudo-header fields first.
    let request: [(name: String, value: String)]
    private(set) var peerHasEnded = false

    init(request: [(name: String, value: String)]) {
        self.request = request
    }

    /// Always false: only a server can complete its response before the end of the request.
    var needsNoMore: Bool { false }

    func opened() -> [(name: String, value: String)]? { request }

    mutating func fieldsArrived(_ fields: [(name: String, value: String)], endsStream: Bool) -> HTTP2StreamOutcome {
        HTTP2StreamOutcome(answer: fields, then: arrived(endsStream))
    }

    mutating func contentArrived(_ bytes: ByteBuffer, endsStream: Bool) -> HTTP2StreamOutcome {
        HTTP2StreamOutcome(bytes: bytes, then: arrived(endsStream))
    }

    func written(_ bytes: ByteBuffer) -> HTTP2StreamParts {
        HTTP2StreamParts(.content(bytes, endsStream: false))
    }

    private mutating func arrived(_ endsStream: Bool) -> HTTP2StreamOutcome.Continuation {
        peerHasEnded = peerHasEnded || endsStream
        return endsStream ? .peerEnded : .goOn
    }
}

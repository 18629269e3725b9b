import ConnectionEnds
import HTTP
import NIOCore
import Transports

/// The server's end of one HTTP/2 stream: translates a request to HTTP/1.1 for the handler above, and its response
/// back.
struct ServerStream: HTTP2StreamEnd {
    private var request: StreamRequest
    private var response = HTTP2Response()

    /// - Parameter isRefused: Whether the stream exceeds its connection's limit of open streams.
    init(isRefused: Bool) {
        request = StreamRequest(isRefused: isRefused)
    }

    var peerHasEnded: Bool { request.opensWebSocket && request.hasEnded }
    var needsNoMore: Bool { response.hasEnded && !request.hasEnded }

    func opened() -> [(name: String, value: String)]? { nil }

    mutating func fieldsArrived(_ fields: [(name: String, value: String)], endsStream: Bool) -> HTTP2StreamOutcome {
        let isFirst = !request.hasBegun
        let outcome = request.fieldsArrived(fields, endsStream: endsStream)
        if isFirst { response = HTTP2Response(answersHead: request.isHead) }
        return Self.outcome(outcome)
    }

    mutating func contentArrived(_ bytes: ByteBuffer, endsStream: Bool) -> HTTP2StreamOutcome {
        Self.outcome(request.contentArrived(bytes, endsStream: endsStream))
    }

    mutating func written(_ bytes: ByteBuffer) -> HTTP2StreamParts {
        let parts = response.written(bytes)
        if response.hasEnded { request.responseEnded() }
        return HTTP2StreamParts(parts.first.map(Self.part), parts.dropFirst().map(Self.part))
    }

    private static func part(_ part: HTTP2Response.Part) -> HTTP2StreamPart {
        switch part {
        case .head(let status, let fields, let endsStream):
            .fields(
                [(name: ":status", value: status)] + fields.map { (name: $0.name, value: $0.value) },
                endsStream: endsStream)
        case .content(let bytes, let endsStream): .content(bytes, endsStream: endsStream)
        }
    }

    private static func outcome(_ outcome: StreamRequest.Outcome) -> HTTP2StreamOutcome {
        let then: HTTP2StreamOutcome.Continuation =
            switch outcome.then {
            case .goOn: .goOn
            case .peerEnded: .peerEnded
            case .reset(let fault): .reset(fault.rawValue)
            }
        return HTTP2StreamOutcome(bytes: outcome.bytes, then: then)
    }
}

import HTTP

/// Which WebSocket a request asks for.
enum WebSocketOpeningKind: Sendable, Equatable {
    /// RFC 6455, and the drafts with the same frames.
    case framed
    case hixie75, hixie76

    /// - Returns: `nil` if the request opens no WebSocket.
    init?(request fields: HeaderFields) {
        guard fields.list("Upgrade", contains: "websocket") else { return nil }
        if !(fields.values("Sec-WebSocket-Key1") + fields.values("Sec-WebSocket-Key2")).isEmpty {
            self = .hixie76
        } else if fields.values("Upgrade") == ["WebSocket"], !fields.hasName(beginningWith: "sec-websocket-") {
            self = .hixie75
        } else {
            self = .framed
        }
    }

    /// Bytes of the challenge after the request's headers.
    var requestTail: Int { self == .hixie76 ? 8 : 0 }
    /// Bytes of the answer after the response's headers.
    var responseTail: Int { self == .hixie76 ? 16 : 0 }
}

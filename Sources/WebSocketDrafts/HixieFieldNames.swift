/// Values of the request that a hixie server repeats in its response, so that the client can check them.
struct HixieEchoedFields: Sendable, Equatable {
    let origin: String
    /// The requested URL.
    let location: String
    let subprotocol: String?
}

/// Field names and response lines that differ between the two hixie drafts.
struct HixieFieldNames {
    private let version: WebSocketVersion
    private var prefix: String { version == .hixie75 ? "" : "Sec-" }

    init(_ version: WebSocketVersion) {
        self.version = version
    }

    var subprotocol: String { "\(prefix)WebSocket-Protocol" }
    var origin: String { "\(prefix)WebSocket-Origin" }
    var location: String { "\(prefix)WebSocket-Location" }

    /// The first three lines of a response. Draft 75 requires them exactly (§3.1); draft 76 checks only the status.
    var responsePreamble: String {
        let reason = version == .hixie75 ? "Web Socket Protocol Handshake" : "WebSocket Protocol Handshake"
        return "HTTP/1.1 101 \(reason)\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n"
    }

    func responseHead(_ echoed: HixieEchoedFields) -> String {
        var head = responsePreamble + "\(origin): \(echoed.origin)\r\n\(location): \(echoed.location)\r\n"
        if let name = echoed.subprotocol { head += "\(subprotocol): \(name)\r\n" }
        return head + "\r\n"
    }
}

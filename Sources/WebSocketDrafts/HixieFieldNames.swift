/// What a hixie server repeats of the request, so that the client sees that it was understood.
struct HixieEcho: Sendable, Equatable {
    let origin: String
    /// The URL that the client asked for.
    let location: String
    let subprotocol: String?
}

/// The words in which the two hixie drafts differ.
struct HixieFieldNames {
    private let version: WebSocketVersion
    private var prefix: String { version == .hixie75 ? "" : "Sec-" }

    init(_ version: WebSocketVersion) {
        self.version = version
    }

    var subprotocol: String { "\(prefix)WebSocket-Protocol" }
    var origin: String { "\(prefix)WebSocket-Origin" }
    var location: String { "\(prefix)WebSocket-Location" }

    /// Three lines that draft 75 wants exactly so (§3.1); of draft 76's, the status alone is read.
    var responsePreamble: String {
        let reason = version == .hixie75 ? "Web Socket Protocol Handshake" : "WebSocket Protocol Handshake"
        return "HTTP/1.1 101 \(reason)\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n"
    }

    func responseHead(_ echoed: HixieEcho) -> String {
        var head = responsePreamble + "\(origin): \(echoed.origin)\r\n\(location): \(echoed.location)\r\n"
        if let name = echoed.subprotocol { head += "\(subprotocol): \(name)\r\n" }
        return head + "\r\n"
    }
}

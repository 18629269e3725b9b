extension ServerHandshake {
    /// Answers a request of hybi-07, hybi-10 or RFC 6455.
    ///
    /// The drafts' handshake is the RFC's under another number, and calls `Origin` `Sec-WebSocket-Origin`; the answer
    /// is the same to the byte.
    package func answer(_ request: HandshakeRequest, in version: WebSocketVersion) -> Answer {
        precondition(!version.isHixie, "the hixie drafts have a handshake of their own")
        guard version.isDraft else { return answer(request) }
        return answer(request.translated(from: version))
    }
}

extension HandshakeRequest {
    fileprivate func translated(from version: WebSocketVersion) -> HandshakeRequest {
        let translated = fields.map { field -> (name: String, value: String) in
            switch field.name.lowercased() {
            case "sec-websocket-version" where field.value == version.number:
                (field.name, WebSocketVersion.rfc6455.number ?? "")
            case "sec-websocket-origin": ("Origin", field.value)
            default: field
            }
        }
        return HandshakeRequest(method: method, target: target, version: self.version, fields: translated)
    }
}

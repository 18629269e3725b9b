import WebSocketProtocol

/// The server's opening handshake on a request head of our own.
enum WebSocketOpening {
    /// - Throws: ``RequestFault`` with the status and fields that RFC 6455 §4.2.2 asks for.
    static func accept(
        _ head: RequestHead, by handshake: ServerHandshake
    ) throws(RequestFault) -> HandshakeAcceptance {
        let request = HandshakeRequest(
            method: head.method == .get ? "GET" : "",
            target: head.text(head.path),
            version: head.isHTTP10 ? "HTTP/1.0" : "HTTP/1.1",
            fields: head.fields.map { (head.text($0.name), head.text($0.value)) })
        switch handshake.answer(request) {
        case .accepted(let acceptance): return acceptance
        case .refused(let refusal):
            throw RequestFault(
                HTTPStatus(rawValue: refusal.status) ?? .badRequest, refusal.reason,
                fields: refusal.fields.map { ResponseField($0.name, $0.value) })
        }
    }
}

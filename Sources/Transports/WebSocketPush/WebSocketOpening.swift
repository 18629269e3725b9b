import HTTP
import WebSocketProtocol

/// The server's opening handshake on a request head of our own.
enum WebSocketOpening {
    /// - Throws: ``RequestFault`` with the status and fields that RFC 6455 §4.2.2 asks for, 403 for a page of an origin
    ///   that may not connect.
    static func accept(
        _ head: RequestHead, by handshake: ServerHandshake, settings: ServerSettings
    ) throws(RequestFault) -> HandshakeAcceptance {
        try settings.origins.check(head)
        let request = request(head)
        switch handshake.answer(request, in: version(request, settings: settings)) {
        case .accepted(let acceptance): return acceptance
        case .refused(let refusal): throw fault(refusal)
        }
    }

    static func request(_ head: RequestHead) -> HandshakeRequest {
        HandshakeRequest(
            method: head.method == .get ? "GET" : "",
            target: head.text(head.path.lowerBound..<head.query.upperBound),
            version: head.isHTTP10 ? "HTTP/1.0" : "HTTP/1.1",
            fields: head.fields.map { (head.text($0.name), head.text($0.value)) })
    }

    static func fault(_ refusal: HandshakeRefusal) -> RequestFault {
        RequestFault(
            HTTPStatus(rawValue: refusal.status) ?? .badRequest, refusal.reason,
            fields: refusal.fields.map { ResponseField($0.name, $0.value) })
    }

    /// A draft that is spoken here but is none of hixie's, else RFC 6455.
    private static func version(_ request: HandshakeRequest, settings: ServerSettings) -> WebSocketVersion {
        guard settings.acceptsLegacyWebSocket, let version = WebSocketVersion(of: request), !version.isHixie else {
            return .rfc6455
        }
        return version
    }
}

import HTTP
import WebSocketDrafts
import WebSocketProtocol

/// A request that opens a WebSocket here, and what compression may keep for it.
struct AcceptedWebSocket {
    let version: WebSocketVersion
    let acceptance: any WebSocketAcceptance
    let compressionContext: MemoryShare?

    /// - Parameters:
    ///   - head: The request.
    ///   - subprotocols: The subprotocols spoken here, by whether a version carries binary messages.
    ///   - contextBytes: What an agreement keeps between messages.
    ///   - fallback: How permessage-deflate is accepted once the server's memory for it is used up; `nil` declines.
    ///   - settings: What the server's user decided.
    /// - Throws: ``RequestFault`` with the status and fields that RFC 6455 §4.2.2 asks for, 403 for a page of an
    ///   origin that may not connect.
    init(
        _ head: RequestHead, subprotocols: (_ carriesBinary: Bool) -> [String] = { _ in [] },
        contextBytes: (DeflateParameters) -> Int, fallback: DeflateParameters?, settings: ServerSettings
    ) throws(RequestFault) {
        try settings.origins.check(head)
        version = settings.acceptsLegacyWebSocket ? WebSocketVersion(of: head) ?? .rfc6455 : .rfc6455
        compressionContext = MemoryShare(of: settings.deflateMemory)
        let names = subprotocols(version.carriesBinary)
        do throws(HandshakeRefusal) {
            let accepted = try version.accept(head, subprotocols: names, deflate: DeflateParameters())
            if let agreed = accepted.agreement.deflate,
                compressionContext?.resize(to: contextBytes(agreed)) == false
            {
                acceptance = try version.accept(head, subprotocols: names, deflate: fallback)
            } else {
                acceptance = accepted
            }
        } catch {
            throw RequestFault(
                HTTPStatus(rawValue: error.status) ?? .badRequest, error.reason,
                fields: error.fields.map { ResponseField($0.name, $0.value) })
        }
    }
}

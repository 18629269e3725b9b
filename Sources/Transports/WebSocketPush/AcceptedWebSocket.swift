import HTTP
import WebSocketDrafts
import WebSocketProtocol

/// An accepted WebSocket request, and the memory reserved for its compression context.
struct AcceptedWebSocket {
    let version: WebSocketVersion
    let acceptance: any WebSocketAcceptance
    let compressionContext: MemoryShare?

    /// - Parameters:
    ///   - head: The request.
    ///   - subprotocols: The supported subprotocols, depending on whether the version carries binary messages.
    ///   - contextBytes: Memory that the negotiated compression keeps between messages.
    ///   - fallback: How to accept permessage-deflate if the server's memory for it is used up; `nil` declines.
    ///   - settings: The server's settings.
    /// - Throws: ``RequestFault`` with the status and fields that RFC 6455 §4.2.2 requires; 403 for a page of an origin
    ///   that may not connect.
    init(
        _ head: RequestHead, subprotocols: (_ carriesBinary: Bool) -> [String] = { _ in [] },
        contextBytes: (DeflateParameters) -> Int, fallback: DeflateParameters?, settings: ServerSettings
    ) throws(RequestFault) {
        try settings.origins.check(head)
        version = settings.acceptsLegacyWebSocket ? WebSocketVersion(of: head) ?? .rfc6455 : .rfc6455
        compressionContext = MemoryShare(of: settings.deflateMemory)
        let names = subprotocols(version.carriesBinary)
        do throws(HandshakeRefusal) {
            let offer = settings.compresses ? DeflateParameters() : nil
            let accepted = try version.accept(head, subprotocols: names, deflate: offer)
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

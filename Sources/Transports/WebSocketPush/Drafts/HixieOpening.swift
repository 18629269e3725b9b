import HTTP
import Measurement
import NIOCore
import WebSocketProtocol

/// The server's opening handshake of a hixie draft, which for hixie-76 ends eight bytes behind the request head.
struct HixieOpening {
    /// How long a client may take for those bytes, like for a request head.
    static let patience = Duration.seconds(10)

    let version: WebSocketVersion
    private let acceptance: HixieAcceptance

    /// - Returns: `nil` if the request is written in no hixie draft, or the server's user does not want them.
    /// - Throws: ``RequestFault`` for a request in a hixie draft that is not as the draft wants it.
    init?(_ head: RequestHead, subprotocols: [String] = [], settings: ServerSettings) throws(RequestFault) {
        guard settings.acceptsLegacyWebSocket else { return nil }
        let request = WebSocketOpening.request(head)
        guard let version = WebSocketVersion(of: request), version.isHixie else { return nil }
        try settings.origins.check(head)
        let handshake = HixieServerHandshake(version, subprotocols: subprotocols)
        switch handshake.answer(request) {
        case .accepted(let acceptance): self.acceptance = acceptance
        case .refused(let refusal): throw WebSocketOpening.fault(refusal)
        }
        self.version = version
    }

    /// The response, once the client's part is whole; consumes what belongs to the handshake and nothing else.
    func response(to bytes: inout ByteBuffer) -> ByteBuffer? {
        acceptance.response(to: &bytes)
    }

    /// Nothing can be answered yet: wait, but not for ever.
    func awaitRest(from now: MonotonicInstant) -> SubscriberActions {
        SubscriberActions(wakeAt: now + Self.patience)
    }
}

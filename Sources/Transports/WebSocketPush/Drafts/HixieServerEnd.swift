import Measurement
import NIOCore
import WebSocketProtocol

/// The server's end of a connection in a hixie draft, from the handshake on.
struct HixieServerEnd {
    var endpoint: HixieEndpoint
    // Until the handshake is done.
    private var opening: HixieOpening?
    private let unfinishedMessage: MemoryShare?

    init(_ opening: HixieOpening, limits: WebSocketLimits = WebSocketLimits(), settings: ServerSettings) {
        self.opening = opening
        unfinishedMessage = MemoryShare(of: settings.messageMemory)
        endpoint = HixieEndpoint(opening.version, role: .server, limits: limits)
    }

    /// Whether the client has still to do its part of the handshake.
    var isOpening: Bool { opening != nil }

    /// - Returns: The response, once the client's part of the handshake is whole.
    mutating func open(_ bytes: inout ByteBuffer) -> ByteBuffer? {
        guard let response = opening?.response(to: &bytes) else { return nil }
        opening = nil
        return response
    }

    /// The request head is there, and the client's part is not whole.
    func awaitRest(from now: MonotonicInstant) -> SubscriberActions {
        opening?.awaitRest(from: now) ?? .none
    }

    /// What the client says next; `nil` too when it has broken the protocol.
    mutating func nextEvent() -> WebSocketEvent? {
        // There is no code to tell a fault by; the endpoint's fate is to drop.
        try? endpoint.nextEvent()
    }

    /// What the driver does next: write what is queued, then keep, await the peer, or close.
    mutating func takeActions() -> SubscriberActions {
        // There is no code to tell it by.
        if unfinishedMessage?.resize(to: endpoint.unfinishedBytes) == false { return SubscriberActions(then: .close) }
        return SubscriberActions(writing: endpoint.takeOutput(), fate: endpoint.fate)
    }

    /// The time for the handshake is over.
    func clockReached() -> SubscriberActions {
        isOpening ? SubscriberActions(then: .close) : .none
    }

    mutating func serverStopping() -> SubscriberActions {
        if isOpening { return SubscriberActions(then: .close) }
        endpoint.close()
        return takeActions()
    }
}

import Feed
import Measurement
import NIOCore
import WebSocketProtocol

/// The server's half of `GET /echo` in a hixie draft: sends every text back.
struct HixieEchoSubscriber: Subscriber {
    // Until the handshake is done.
    private var opening: HixieOpening?
    private var endpoint: HixieEndpoint

    init(_ opening: HixieOpening) {
        self.opening = opening
        endpoint = HixieEndpoint(opening.version, role: .server)
    }

    mutating func opened(_ window: FeedWindow, at now: MonotonicInstant) -> SubscriberActions {
        var nothing = ByteBuffer()
        return open(&nothing) ?? opening?.awaitRest(from: now) ?? .none
    }

    mutating func clockReached(_ now: MonotonicInstant, window: FeedWindow) -> SubscriberActions {
        opening == nil ? .none : SubscriberActions(then: .close)
    }

    mutating func received(_ bytes: inout ByteBuffer, window: FeedWindow) -> SubscriberActions {
        if opening != nil { return open(&bytes) ?? .none }
        endpoint.receive(&bytes)
        do throws(HixieError) {
            while let event = try endpoint.nextEvent() {
                if case .message(_, let payload) = event { endpoint.send(text: payload) }
            }
        } catch {
            // There is no code to tell it by; the endpoint's fate is to drop.
        }
        return SubscriberActions(writing: endpoint.takeOutput(), fate: endpoint.fate)
    }

    mutating func serverStopping(_ window: FeedWindow) -> SubscriberActions {
        guard opening == nil else { return SubscriberActions(then: .close) }
        endpoint.close()
        return SubscriberActions(writing: endpoint.takeOutput(), fate: endpoint.fate)
    }

    private mutating func open(_ bytes: inout ByteBuffer) -> SubscriberActions? {
        guard let response = opening?.response(to: &bytes) else { return nil }
        opening = nil
        return SubscriberActions(.bytes(response))
    }
}

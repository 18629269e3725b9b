import Feed
import Measurement
import NIOCore
import WebSocketProtocol

/// The server's half of `GET /echo` in a hixie draft: sends every text back.
struct HixieEchoSubscriber: Subscriber {
    private var end: HixieServerEnd

    init(_ opening: HixieOpening, settings: ServerSettings) {
        end = HixieServerEnd(opening, limits: WebSocketLimits(echoLimit: settings.echoLimit), settings: settings)
    }

    mutating func opened(_ window: FeedWindow, at now: MonotonicInstant) -> SubscriberActions {
        var nothing = ByteBuffer()
        return open(&nothing) ?? end.awaitRest(from: now)
    }

    mutating func clockReached(_ now: MonotonicInstant, window: FeedWindow) -> SubscriberActions {
        end.clockReached()
    }

    mutating func received(_ bytes: inout ByteBuffer, window: FeedWindow) -> SubscriberActions {
        if end.isOpening { return open(&bytes) ?? .none }
        end.endpoint.receive(&bytes)
        while let event = end.nextEvent() {
            if case .message(_, let payload) = event { end.endpoint.send(text: payload) }
        }
        return end.takeActions()
    }

    mutating func serverStopping(_ window: FeedWindow) -> SubscriberActions {
        end.serverStopping()
    }

    private mutating func open(_ bytes: inout ByteBuffer) -> SubscriberActions? {
        end.open(&bytes).map { SubscriberActions(.bytes($0)) }
    }
}

import Feed
import Measurement
import NIOCore
import WebSocketProtocol

/// The server's half of `GET /echo`: a WebSocket that sends every message back as it came.
///
/// It is what conformance suites talk to, so it takes what RFC 6455 and RFC 7692 allow, up to the message limit.
package struct EchoSubscriber: Subscriber {
    package static let path: StaticString = "/echo"

    private var endpoint: WebSocketEndpoint
    private let responseHead: ByteBuffer
    // What compression keeps, for as long as the connection lasts.
    private let compressionContext: MemoryShare?
    private let unfinishedMessage: MemoryShare?

    /// - Throws: ``RequestFault`` if the request does not open a WebSocket.
    package static func make(
        for head: RequestHead, settings: ServerSettings
    ) throws(RequestFault) -> any Subscriber {
        if let opening = try HixieOpening(head, settings: settings) {
            return HixieEchoSubscriber(opening, settings: settings)
        }
        return try EchoSubscriber(for: head, settings: settings)
    }

    private init(for head: RequestHead, settings: ServerSettings) throws(RequestFault) {
        compressionContext = MemoryShare(of: settings.deflateMemory)
        unfinishedMessage = MemoryShare(of: settings.messageMemory)
        var acceptance = try WebSocketOpening.accept(
            head, by: ServerHandshake(deflate: DeflateParameters()), settings: settings)
        // An echo keeps both zlib streams, whatever they forget.
        if let agreed = acceptance.deflate, compressionContext?.resize(to: agreed.streamBytes(at: .server)) == false {
            acceptance = try WebSocketOpening.accept(head, by: ServerHandshake(), settings: settings)
        }
        endpoint = WebSocketEndpoint(
            role: .server, limits: WebSocketLimits(messageTimeout: settings.messageTimeout),
            deflate: acceptance.deflate, keepAlive: settings.webSocketKeepAlive)
        responseHead = acceptance.responseHead
    }

    package var wantsClock: Bool { endpoint.wantsClock }

    package mutating func opened(_ window: FeedWindow, at now: MonotonicInstant) -> SubscriberActions {
        SubscriberActions(.bytes(responseHead), wakeAt: endpoint.clockActions(now).wakeAt)
    }

    package mutating func clockReached(_ now: MonotonicInstant, window: FeedWindow) -> SubscriberActions {
        endpoint.clockActions(now)
    }

    package mutating func received(_ bytes: inout ByteBuffer, window: FeedWindow) -> SubscriberActions {
        endpoint.receive(&bytes)
        endpoint.echoMessages()
        return endpoint.takeActions(holdingIn: unfinishedMessage)
    }

    package mutating func serverStopping(_ window: FeedWindow) -> SubscriberActions {
        endpoint.close(.goingAway, reason: "the server stops")
        return endpoint.takeActions()
    }
}

extension WebSocketEndpoint {
    /// Queues every message received so far to be sent back. A fault of the peer's ends the connection by its code.
    package mutating func echoMessages() {
        do throws(WebSocketError) {
            while let event = try nextEvent() {
                if case .message(let kind, let payload) = event { send(kind, payload) }
            }
        } catch {
            // The Close that names the fault is among the output.
        }
    }
}

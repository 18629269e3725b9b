import Feed
import NIOCore
import WebSocketProtocol

/// WebSocket push (RFC 6455): one handshake, then a frame an item.
package enum WebSocketPush: PushTransport {
    package static let name = "websocket"
    package static let path: StaticString = "/ws"
    package static let isMadeOfExchanges = false
    package static let options = [versionOption, TransportOption.tls]

    /// Items as text frames in their text form.
    static let textSubprotocol = "pushlab.text.v1"

    /// Closes a subscriber that has lost items: the 410 of this transport.
    static let gapCloseCode = CloseCode(rawValue: 4_410)

    package static func makeSubscriber(
        for request: FeedRequest, settings: ServerSettings
    ) throws(RequestFault) -> any Subscriber {
        if let opening = try HixieOpening(request.head, subprotocols: [textSubprotocol], settings: settings) {
            return HixieSubscriber(after: request.after, opening: opening, settings: settings)
        }
        let acceptance = try WebSocketOpening.accept(
            request.head,
            by: ServerHandshake(subprotocols: [textSubprotocol], allowedOrigins: settings.allowedOrigins),
            settings: settings)
        return WebSocketSubscriber(after: request.after, acceptance: acceptance, settings: settings)
    }

    package static func encode(
        _ message: FeedMessage, from window: FeedWindow, context: EncodingContext
    ) -> ByteBuffer {
        // Gaps and silence are connection matters here: the subscriber closes, or says nothing.
        guard case .items(let after, let through) = message else { return ByteBuffer() }
        if context.variant == HixieSubscriber.encodingVariant {
            return HixieSubscriber.frames(after: after, through: through, of: window)
        }
        if through == after + 1 {
            return FrameEncoder.unmaskedFrame(.text, payload: window[through].text)
        }
        var frames = ByteBuffer()
        for sequence in after + 1...through {
            frames.writeImmutableBuffer(FrameEncoder.unmaskedFrame(.text, payload: window[sequence].text))
        }
        return frames
    }

    package static func makeListener(_ setup: ListenerSetup) -> Listener {
        let version = setup.options.webSocketVersion
        return .connection(version.isHixie ? HixieListener(setup, version) : WebSocketListener(setup))
    }
}

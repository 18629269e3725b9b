import Feed
import HTTP
import Measurement
import NIOCore
import WebSocketDrafts
import WebSocketProtocol

/// WebSocket push (RFC 6455): one handshake, then one frame per item.
package enum WebSocketPush: PushTransport {
    package static let name = "websocket"
    package static let otherNames = ["ws", "wss", "web-socket", "websocket-push", "socket"]
    package static let title = "WebSocket"
    package static let colour = "#D55E00"
    static let path: StaticString = "/ws"
    package static let entrance = Entrance.path(path)
    /// The subprotocol of items in their text form.
    package static let textSubprotocol = FeedSubprotocol.text.rawValue
    /// How long a client waits for the answer to its opening handshake.
    package static let handshakeTimeout = Duration.seconds(10)
    package static let pacing = Pacing.feed
    package static let options =
        WebSocketOptions.all
        + [
            version.option, RequestProfile.sessionKey.option, HTTPVersion.key.option, Intermediary.http11Key.option,
            Encryption.key.option,
        ]

    package static func conflict(in options: TransportOptions) -> String? {
        let version = options[version]
        if options[HTTPVersion.key].isHTTP2, version != .rfc6455 {
            return "version is \(version.rawValue), which does not work over HTTP/2; set http: 1.1"
        }
        return WebSocketOptions.conflict(in: options)
    }

    /// Close code for a subscriber that has lost items, like status 410 of the HTTP transports.
    static let gapCloseCode = CloseCode(rawValue: 4_410)

    package static func makeSubscriber(
        for request: FeedRequest, settings: ServerSettings
    ) throws(RequestFault) -> any Subscriber {
        let accepted = try AcceptedWebSocket(
            request.head, subprotocols: FeedSubprotocol.names(carriesBinary:),
            contextBytes: { $0.contextBytes(at: .server) },
            // RFC 7692 §7.1.1: a server may include both parameters although the client did not offer them.
            fallback: DeflateParameters(serverNoContextTakeover: true, clientNoContextTakeover: true),
            settings: settings)
        return WebSocketSubscriber(after: request.after, accepted, settings: settings)
    }

    package static func encode(
        _ message: FeedMessage, from window: FeedWindow, context: EncodingContext
    ) -> ByteBuffer {
        var scratch = EncodingScratch()
        return encode(message, from: window, context: context, scratch: &scratch)
    }

    package static func encode(
        _ message: FeedMessage, from window: FeedWindow, context: EncodingContext, scratch: inout EncodingScratch
    ) -> ByteBuffer {
        // The subscriber handles the other messages: it closes on a gap and sends nothing while there is no item.
        guard case .items(let after, let through) = message else { return ByteBuffer() }
        let form = SharedForm(variant: context.variant)
        if through == after + 1 { return frame(window[through], form, &scratch) }
        var frames = ByteBuffer()
        for sequence in after + 1...through {
            frames.writeImmutableBuffer(frame(window[sequence], form, &scratch))
        }
        return frames
    }

    private static func frame(_ item: FeedItem, _ form: SharedForm, _ scratch: inout EncodingScratch) -> ByteBuffer {
        let payload = form.subprotocol.payload(of: item)
        guard let windowBits = form.windowBits else {
            return form.framing.frame(form.subprotocol.kind, payload)
        }
        return scratch.deflater(windowBits: windowBits).prepare(form.subprotocol.kind, payload).frame
    }

    package static let client = ClientHalf.connection { setup in
        let dialect = setup.dialect
        if dialect.hasOwnItems, dialect.subprotocol == .own { return WebSocketListener(setup) }
        return DialectSocketListener(setup)
    }
}

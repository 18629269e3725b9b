import Feed
import HTTP
import Measurement
import NIOCore
import WebSocketProtocol

/// The server's half of `GET /echo`: a WebSocket that returns every message unchanged.
///
/// Conformance suites test it, so it accepts everything that RFC 6455 and RFC 7692 allow, up to the message limit. A
/// few bytes may inflate to a large message, so it works in portions, and the driver decides when it continues.
package struct EchoSubscriber: Subscriber {
    package static let path: StaticString = "/echo"

    // Bytes of messages that one call echoes; a message is not divided.
    private static let portionBytes = 256 << 10

    private var end: WebSocketServerEnd

    /// - Throws: ``RequestFault`` if the request does not open a WebSocket.
    package init(for head: RequestHead, settings: ServerSettings) throws(RequestFault) {
        let accepted = try AcceptedWebSocket(
            // An echo keeps both zlib streams, even without context takeover.
            head, contextBytes: { $0.streamBytes(at: .server) }, fallback: nil, settings: settings)
        end = WebSocketServerEnd(
            accepted, limits: WebSocketLimits(echoLimit: settings.echoLimit, messageTimeout: settings.messageTimeout),
            keepsIdleStreams: true, settings: settings)
    }

    package var wantsClock: Bool { end.session.wantsClock }

    package mutating func opened(_ window: FeedWindow, at now: MonotonicInstant) -> SubscriberActions {
        var nothing = ByteBuffer()
        guard let response = end.open(&nothing) else {
            return SubscriberActions(wakeAt: now + WebSocketServerEnd.handshakeTimeout)
        }
        return SubscriberActions(.bytes(response), wakeAt: end.clockReached(now).wakeAt)
    }

    package mutating func clockReached(_ now: MonotonicInstant, window: FeedWindow) -> SubscriberActions {
        end.clockReached(now)
    }

    package mutating func received(_ bytes: inout ByteBuffer, window: FeedWindow) -> SubscriberActions {
        if end.isOpening { return end.open(&bytes).map { SubscriberActions(.bytes($0)) } ?? .none }
        end.session.receive(&bytes)
        return sendBack()
    }

    package mutating func resumed() -> SubscriberActions {
        sendBack()
    }

    private mutating func sendBack() -> SubscriberActions {
        let portion = end.session.echoMessages(upTo: Self.portionBytes)
        var actions = end.takeActionsAfterReading()
        actions.workBytes = portion.bytes
        actions.hasMoreWork = !portion.isLast
        return actions
    }

    package mutating func serverStopping(_ window: FeedWindow) -> SubscriberActions {
        end.serverStopping()
    }
}

// Fixed cost per message, expressed as bytes of about the same cost.
private let messageCost = 128

extension WebSocketSession {
    /// Queues echoes of received messages until they reach the limit. A protocol error of the peer closes the
    /// connection with the error's close code.
    ///
    /// - Parameter limit: In bytes; each message counts as its length plus a fixed cost.
    /// - Returns: The bytes queued, and whether nothing is left to echo.
    @discardableResult
    package mutating func echoMessages(upTo limit: Int = .max) -> (bytes: Int, isLast: Bool) {
        var bytes = 0
        do throws(WebSocketError) {
            while let event = try nextEvent() {
                if case .message(let kind, let payload) = event {
                    send(kind, payload)
                    bytes += payload.readableBytes
                }
                bytes += messageCost
                if bytes >= limit { return (bytes, false) }
            }
        } catch {
            // The output contains the Close frame with the error's code.
        }
        return (bytes, true)
    }
}

extension WebSocketLimits {
    /// For messages up to this length. Deflate makes random data a little larger, so a frame may exceed its message.
    init(echoLimit: Int, messageTimeout: Duration? = nil) {
        self.init(
            frameBytes: echoLimit + echoLimit / 8 + 64, messageBytes: echoLimit, messageTimeout: messageTimeout)
    }
}

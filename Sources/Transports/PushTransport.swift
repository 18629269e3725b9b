import Feed
import HTTP
import Measurement
import NIOCore

/// One way to carry the feed from the server to its clients: both halves, as values.
///
/// It describes itself, makes its two halves and encodes the server's messages. Drivers use transports only through
/// this protocol.
package protocol PushTransport: ClientTransport {
    /// Additional paths that the transport serves.
    static var otherPaths: [StaticString] { get }

    /// The last sequence that the client has; `nil` if the request has no cursor.
    ///
    /// - Throws: ``RequestFault`` (400) if the cursor is invalid.
    static func cursor(of request: FeedRequest) throws(RequestFault) -> UInt64?

    /// The answer to a request that neither waits nor is followed by anything. Cheaper than a subscriber, which would
    /// give the same answer.
    ///
    /// - Returns: `nil` if a subscriber must decide.
    static func answer(
        to request: FeedRequest, from window: FeedWindow, settings: ServerSettings
    ) -> FeedAnswer?

    /// The server's half of one request.
    ///
    /// - Throws: ``RequestFault`` if the transport does not serve such a request.
    static func makeSubscriber(
        for request: FeedRequest, settings: ServerSettings
    ) throws(RequestFault) -> any Subscriber

    /// The bytes of a message. Pure, so the driver encodes once for all clients with the same message and variant.
    static func encode(_ message: FeedMessage, from window: FeedWindow, context: EncodingContext) -> ByteBuffer

    /// The same bytes, faster: reuses `scratch` between calls.
    static func encode(
        _ message: FeedMessage, from window: FeedWindow, context: EncodingContext, scratch: inout EncodingScratch
    ) -> ByteBuffer
}

extension PushTransport {
    package static var otherPaths: [StaticString] { [] }
    package static func cursor(of request: FeedRequest) throws(RequestFault) -> UInt64? { request.after }
    package static func answer(
        to request: FeedRequest, from window: FeedWindow, settings: ServerSettings
    ) -> FeedAnswer? { nil }
    package static func encode(
        _ message: FeedMessage, from window: FeedWindow, context: EncodingContext, scratch: inout EncodingScratch
    ) -> ByteBuffer {
        encode(message, from: window, context: context)
    }
}

/// A message of the server, before it is encoded.
package enum FeedMessage: Hashable, Sendable {
    /// The items after one sequence, up to and including another; all of them are in the window.
    case items(after: UInt64, through: UInt64)
    /// No item follows the cursor.
    case nothing(newest: UInt64)
    /// Items after the cursor are no longer kept; `oldest` is the oldest one kept.
    case gap(oldest: UInt64)

    /// The items that it carries; `nil` if none.
    package var items: ClosedRange<UInt64>? {
        if case .items(let after, let through) = self { after + 1...through } else { nil }
    }
}

/// A message that is all that a request gets, and its ``EncodingContext/variant``.
package struct FeedAnswer: Equatable, Sendable {
    package let message: FeedMessage
    package let variant: UInt8
}

/// What an encoding depends on, in addition to the message.
package struct EncodingContext: Hashable, Sendable {
    /// A form of the transport's encoding, such as a subprotocol; each transport defines its numbers.
    package var variant: UInt8
    /// Values that the connection adds if the message is an HTTP response.
    package var response: ResponseContext

    package init(variant: UInt8 = 0, date: String, closing: Bool = false, fields: [ResponseField] = []) {
        self.variant = variant
        response = ResponseContext(date: date, closing: closing, fields: fields)
    }
}

/// The server's settings that concern transports.
package struct ServerSettings: Sendable {
    /// How long a poll is held if the request does not specify it.
    package var hold: Duration
    /// Largest payload of one response, in bytes; a response carries at least one item. The client requests the rest.
    /// Large enough that one poll per second keeps up with all feeds below the Gbit/s range.
    var batchByteLimit: Int
    /// What happens to a subscriber that does not keep up with the feed.
    package var slowSubscriber: SlowSubscriberPolicy
    /// The origins whose pages may use the server.
    package var origins = OriginPolicy.sameOrigin
    /// The host names under which the server answers; `nil` for any.
    package var hosts: HostPolicy?
    /// Memory for all clients' incomplete messages and bodies; `nil` for unlimited.
    package var messageMemory: MemoryBudget?
    /// Longest time from the first byte of a WebSocket message to the last; `nil` for unlimited.
    package var messageTimeout: Duration?
    /// Memory for compression contexts of all WebSockets; `nil` for unlimited.
    package var deflateMemory: MemoryBudget?
    /// Whether responses are compressed, and permessage-deflate is accepted, for clients that offer it.
    package var compresses = true
    /// Whether to accept WebSocket drafts before RFC 6455, which are less secure.
    package var acceptsLegacyWebSocket = false
    /// Largest message and POST body that `/echo` returns, in bytes.
    package var echoLimit = defaultEchoLimit
    package static let defaultEchoLimit = 1 << 20
    /// Send an SSE comment after this much silence.
    package var keepAlive: Duration
    /// How long a browser waits before it reconnects to an SSE stream.
    package var retry: Duration
    /// Silence of a WebSocket client after which it is sent a Ping; zero for never.
    package var pingInterval: Duration
    /// Silence after the Ping after which a client counts as dead.
    package var pingTimeout: Duration

    package init(
        hold: Duration = .seconds(25), batchByteLimit: Int = 8 << 20,
        slowSubscriber: SlowSubscriberPolicy = .disconnect,
        keepAlive: Duration = .seconds(15), retry: Duration = .seconds(1),
        pingInterval: Duration = .seconds(30), pingTimeout: Duration = .seconds(20)
    ) {
        self.hold = hold
        self.batchByteLimit = batchByteLimit
        self.slowSubscriber = slowSubscriber
        self.keepAlive = keepAlive
        self.retry = retry
        self.pingInterval = pingInterval
        self.pingTimeout = pingTimeout
    }
}

/// What happens to a subscriber so slow that the window has moved past its cursor.
package enum SlowSubscriberPolicy: String, CaseIterable, Sendable {
    /// Report the gap and end the connection.
    case disconnect
    /// Continue with the oldest item kept and count the items lost.
    case skip
}

import Feed
import HTTP
import Measurement
import NIOCore

/// One way to carry the feed from the server to its clients: both halves, as values.
///
/// It describes itself, makes its two halves and encodes what the server sends. The drivers know transports only through
/// this protocol.
package protocol PushTransport: ClientTransport {
    /// Further paths that the transport serves.
    static var otherPaths: [StaticString] { get }

    /// The last sequence that the client of this request has, `nil` if it does not say.
    ///
    /// - Throws: ``RequestFault`` (400) if it says so in a way that cannot be read.
    static func cursor(of request: FeedRequest) throws(RequestFault) -> UInt64?

    /// The server's half of one request.
    ///
    /// - Throws: ``RequestFault`` if the transport does not serve such a request.
    static func makeSubscriber(
        for request: FeedRequest, settings: ServerSettings
    ) throws(RequestFault) -> any Subscriber

    /// The bytes of a message. Pure, so the driver encodes once and writes to all whose message and variant are equal.
    static func encode(_ message: FeedMessage, from window: FeedWindow, context: EncodingContext) -> ByteBuffer

    /// The same bytes, quicker; for a transport whose encoding needs more than the message.
    static func encode(
        _ message: FeedMessage, from window: FeedWindow, context: EncodingContext, scratch: inout EncodingScratch
    ) -> ByteBuffer
}

extension PushTransport {
    package static var otherPaths: [StaticString] { [] }
    package static func cursor(of request: FeedRequest) throws(RequestFault) -> UInt64? { request.after }
}

extension PushTransport {
    package static func encode(
        _ message: FeedMessage, from window: FeedWindow, context: EncodingContext, scratch: inout EncodingScratch
    ) -> ByteBuffer {
        encode(message, from: window, context: context)
    }
}

/// What the server is about to send, before it is bytes.
package enum FeedMessage: Hashable, Sendable {
    /// The items after one sequence, up to and including another; all of them are in the window.
    case items(after: UInt64, through: UInt64)
    /// There is nothing after the cursor.
    case nothing(newest: UInt64)
    /// Items after the cursor are no longer kept; the oldest one kept is this.
    case gap(oldest: UInt64)
}

/// What an encoding depends on beside the message.
package struct EncodingContext: Hashable, Sendable {
    /// A form of the transport's encoding, such as a subprotocol; the transport gives the numbers their meaning.
    package var variant: UInt8
    /// What the connection adds, where the message is an HTTP response.
    package var response: ResponseContext

    package init(variant: UInt8 = 0, date: String, closing: Bool = false, fields: [ResponseField] = []) {
        self.variant = variant
        response = ResponseContext(date: date, closing: closing, fields: fields)
    }
}

/// What the server's user decided that concerns transports.
package struct ServerSettings: Sendable {
    /// How long a poll is held if the client does not say.
    package var hold: Duration
    /// A response carries at most this many payload bytes, or one item; the client comes back for the rest. Large
    /// enough that a poll a second keeps up with any feed but those of gigabits.
    var batchByteLimit: Int
    /// What happens to a subscriber that does not keep up with the feed.
    package var slowSubscriber: SlowSubscriberPolicy
    /// Pages of which origins may use the server.
    package var origins = OriginPolicy.sameOrigin
    /// Under which names clients may ask for the server; `nil` for any.
    package var hosts: HostPolicy?
    /// What all clients' unfinished messages and bodies may take; `nil` without bound.
    package var messageMemory: MemoryBudget?
    /// Time from a WebSocket message's first byte to its last; `nil` without bound.
    package var messageTimeout: Duration?
    /// What compression may keep between messages, for all WebSockets; `nil` without bound.
    package var deflateMemory: MemoryBudget?
    /// Whether the drafts of WebSocket that browsers once spoke are answered; they are weaker than the RFC.
    package var acceptsLegacyWebSocket = false
    /// Largest message, and largest body of a POST, that `/echo` sends back, in bytes.
    package var echoLimit = defaultEchoLimit
    package static let defaultEchoLimit = 1 << 20
    /// A quiet stream of events gets a comment in every period of this length.
    package var keepAlive: Duration
    /// How long a browser waits before it asks for a stream of events again.
    package var retry: Duration
    /// Silence of a WebSocket client after which it is sent a Ping; zero for never.
    package var pingInterval: Duration
    /// Silence after the Ping that makes a client dead.
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
    /// It is told of the gap and the connection ends.
    case disconnect
    /// It goes on with the oldest item kept; the items it lost are counted.
    case skip
}

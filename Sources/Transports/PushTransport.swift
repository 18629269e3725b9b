import Feed
import Measurement
import NIOCore

/// One way to carry the feed from the server to its clients: both halves, as values.
///
/// A transport is a namespace that is never instantiated: it names itself, makes its two halves and encodes what the
/// server sends. The drivers know transports only through this protocol.
package protocol PushTransport: Sendable {
    /// The name used in scenarios, on the command line and in every result: `short-poll`, `long-poll`, …
    static var name: String { get }

    /// The server's path: `/poll`, `/long-poll`, `/ws`, …; empty for a transport that is not asked for by HTTP.
    static var path: StaticString { get }

    /// Further paths that the transport serves.
    static var otherPaths: [StaticString] { get }

    /// Whether a client is one HTTP exchange after another; else it has a connection of its own.
    static var isMadeOfExchanges: Bool { get }

    /// What a scenario may set for this transport.
    static var options: [TransportOption] { get }

    /// One sentence if options, each allowed by itself, do not go together.
    static func conflict(in options: TransportOptions) -> String?

    /// Whether a client with these options wants every item once. Else what it misses and gets again is a result.
    static func wantsEachItem(_ options: TransportOptions) -> Bool

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

    /// The load generator's half of one client.
    static func makeListener(_ setup: ListenerSetup) -> Listener
}

extension PushTransport {
    package static var speaksHTTP: Bool { path.utf8CodeUnitCount > 0 }
    package static var otherPaths: [StaticString] { [] }
    package static func conflict(in options: TransportOptions) -> String? { nil }
    package static func wantsEachItem(_ options: TransportOptions) -> Bool { true }
    package static func cursor(of request: FeedRequest) throws(RequestFault) -> UInt64? { request.after }
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
    /// The current second, as the `Date` field writes it.
    package var date: String
    /// Whether the connection ends after this response.
    package var closing: Bool

    package init(variant: UInt8 = 0, date: String, closing: Bool = false) {
        self.variant = variant
        self.date = date
        self.closing = closing
    }
}

/// What the server's user decided that concerns transports.
package struct ServerSettings: Sendable {
    /// How long a poll is held if the client does not say.
    package var hold: Duration
    /// A response carries at most this many payload bytes, or one item; the client comes back for the rest. Large enough
    /// that a poll a second keeps up with any feed but those of gigabits.
    package var batchByteLimit: Int
    /// What happens to a subscriber that does not keep up with the feed.
    package var slowSubscriber: SlowSubscriberPolicy
    /// Origins whose pages may open a WebSocket; `nil` lets in all. Programs send no origin and always pass. Pages of
    /// these origins, and of no others, may read a stream from elsewhere (CORS).
    package var allowedOrigins: Set<String>?
    /// A quiet stream of events gets a comment in every period of this length.
    package var keepAlive: Duration
    /// How long a browser waits before it asks for a stream of events again.
    package var retry: Duration

    package init(
        hold: Duration = .seconds(25), batchByteLimit: Int = 8 << 20,
        slowSubscriber: SlowSubscriberPolicy = .disconnect,
        allowedOrigins: Set<String>? = nil, keepAlive: Duration = .seconds(15), retry: Duration = .seconds(1)
    ) {
        self.hold = hold
        self.batchByteLimit = batchByteLimit
        self.slowSubscriber = slowSubscriber
        self.allowedOrigins = allowedOrigins
        self.keepAlive = keepAlive
        self.retry = retry
    }
}

/// What happens to a subscriber so slow that the window has moved past its cursor.
package enum SlowSubscriberPolicy: String, CaseIterable, Sendable {
    /// It is told of the gap and the connection ends.
    case disconnect
    /// It goes on with the oldest item kept; the items it lost are counted.
    case skip
}

import Feed
import HTTP
import Measurement
import NIOCore

/// The server's half of one client's request: decides what is sent and when. The driver carries it out.
package protocol Subscriber {
    /// The encoding variant this client gets; see ``EncodingContext/variant``.
    var variant: UInt8 { get }

    /// Whether the client has begun something whose time is limited: call ``clockReached(_:window:)`` within a second
    /// or so, without having been asked to. So the usual message, complete as soon as it is read, costs no look at the
    /// clock.
    var wantsClock: Bool { get }

    /// The request was accepted.
    mutating func opened(_ window: FeedWindow, at now: MonotonicInstant) -> SubscriberActions

    /// The window has grown, or the connection can be written to again.
    mutating func itemPublished(_ window: FeedWindow) -> SubscriberActions

    /// The instant asked for by ``SubscriberActions/wakeAt`` has come.
    mutating func clockReached(_ now: MonotonicInstant, window: FeedWindow) -> SubscriberActions

    /// The client sent bytes within the exchange.
    mutating func received(_ bytes: inout ByteBuffer, window: FeedWindow) -> SubscriberActions

    /// Work that ``SubscriberActions/hasMoreWork`` announced may go on.
    mutating func resumed() -> SubscriberActions

    /// The server stops: end the exchange in the transport's own way.
    mutating func serverStopping(_ window: FeedWindow) -> SubscriberActions
}

extension Subscriber {
    package var variant: UInt8 { 0 }
    package var wantsClock: Bool { false }
    package mutating func itemPublished(_ window: FeedWindow) -> SubscriberActions { .none }
    package mutating func clockReached(_ now: MonotonicInstant, window: FeedWindow) -> SubscriberActions { .none }
    package mutating func received(_ bytes: inout ByteBuffer, window: FeedWindow) -> SubscriberActions { .none }
    package mutating func resumed() -> SubscriberActions { .none }
    package mutating func serverStopping(_ window: FeedWindow) -> SubscriberActions {
        SubscriberActions(then: .close)
    }
}

/// What the driver does next for one subscriber, in this order: write, write, go on.
package struct SubscriberActions: Equatable, Sendable {
    package enum Write: Equatable, Sendable {
        /// Shared: encoded once for all who get the same.
        case message(FeedMessage)
        /// This client's own bytes.
        case bytes(ByteBuffer)
        /// This client's own response.
        case response(HTTPResponse)
    }

    package enum Continuation: Equatable, Sendable {
        /// The exchange goes on.
        case stay
        /// The response is complete; the connection is free for another request.
        case nextRequest
        /// The connection ends once everything is written.
        case close
        /// The connection ends when the peer has done its part, for which it has some seconds.
        case awaitPeer
        /// The peer is dead, and the connection ends at once.
        case abandonPeer
    }

    package var first: Write?
    package var second: Write?
    package var then: Continuation
    /// Call ``Subscriber/clockReached(_:window:)`` at this instant, unless the exchange is over by then.
    package var wakeAt: MonotonicInstant?
    /// Items this client will never get because it was too slow.
    package var skipped: UInt64
    /// Whether the client's own bytes are items, which could not be shared with others.
    package var deliversOwnItems = false
    /// Whether the connection ends because the client was too slow.
    package var fellBehind = false
    /// What the client made the server do for itself alone, in bytes of messages.
    package var workBytes = 0
    /// Whether more of such work is there; call ``Subscriber/resumed()`` when others have had their turn.
    package var hasMoreWork = false

    package init(
        _ first: Write? = nil, _ second: Write? = nil, then: Continuation = .stay, wakeAt: MonotonicInstant? = nil,
        skipped: UInt64 = 0
    ) {
        self.first = first
        self.second = second
        self.then = then
        self.wakeAt = wakeAt
        self.skipped = skipped
    }

    package static let none = SubscriberActions()
}

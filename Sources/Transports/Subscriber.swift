import Feed
import HTTP
import Measurement
import NIOCore

/// The server's half of one client's request: decides what is sent and when. The driver carries out the actions.
package protocol Subscriber {
    /// The encoding variant of this client; see ``EncodingContext/variant``.
    var variant: UInt8 { get }

    /// Whether a time limit has started: call ``clockReached(_:window:)`` within about a second, even if
    /// ``SubscriberActions/wakeAt`` is later. Thus a message that is complete in one read needs no clock.
    var wantsClock: Bool { get }

    /// The last sequence that the client has, if all that it gets next is the following items, as one shared message,
    /// whatever they are; `nil` for any other. The driver may then deliver items without asking.
    var liveCursor: UInt64? { get }

    /// The driver has delivered the items up to this one without asking. It says so before it calls anything else.
    mutating func delivered(through sequence: UInt64)

    /// The request was accepted.
    mutating func opened(_ window: FeedWindow, at now: MonotonicInstant) -> SubscriberActions

    /// The window has grown, or the connection can be written to again.
    mutating func itemPublished(_ window: FeedWindow) -> SubscriberActions

    /// The clock has reached ``SubscriberActions/wakeAt``.
    mutating func clockReached(_ now: MonotonicInstant, window: FeedWindow) -> SubscriberActions

    /// Bytes from the client have arrived within the exchange.
    mutating func received(_ bytes: inout ByteBuffer, window: FeedWindow) -> SubscriberActions

    /// Continue the work that ``SubscriberActions/hasMoreWork`` announced.
    mutating func resumed() -> SubscriberActions

    /// The server stops: end the exchange in the transport's own way.
    mutating func serverStopping(_ window: FeedWindow) -> SubscriberActions
}

extension Subscriber {
    package var variant: UInt8 { 0 }
    package var wantsClock: Bool { false }
    package var liveCursor: UInt64? { nil }
    package mutating func delivered(through sequence: UInt64) {}
    package mutating func itemPublished(_ window: FeedWindow) -> SubscriberActions { .none }
    package mutating func clockReached(_ now: MonotonicInstant, window: FeedWindow) -> SubscriberActions { .none }
    package mutating func received(_ bytes: inout ByteBuffer, window: FeedWindow) -> SubscriberActions { .none }
    package mutating func resumed() -> SubscriberActions { .none }
    package mutating func serverStopping(_ window: FeedWindow) -> SubscriberActions {
        SubscriberActions(then: .close)
    }
}

/// What the driver does next for one subscriber, in this order: first write, second write, continuation.
package struct SubscriberActions: Equatable, Sendable {
    package enum Write: Equatable, Sendable {
        /// Shared: encoded once for all clients that get the same message.
        case message(FeedMessage)
        /// Bytes for this client only.
        case bytes(ByteBuffer)
        /// A response for this client only. Indirect, because it is larger than all other actions of an item together.
        indirect case response(HTTPResponse)
    }

    package enum Continuation: Equatable, Sendable {
        /// The exchange continues.
        case stay
        /// The response is complete; the connection is free for another request.
        case nextRequest
        /// The connection ends once everything is written.
        case close
        /// The connection ends when the peer has answered, or after a time limit.
        case awaitPeer
        /// The peer is dead, and the connection ends at once.
        case abandonPeer
    }

    package var first: Write?
    package var second: Write?
    package var then: Continuation
    /// Call ``Subscriber/clockReached(_:window:)`` at this instant, unless the exchange is over by then.
    package var wakeAt: MonotonicInstant?
    /// Items that this client will not get because it was too slow.
    package var skipped: UInt64
    /// The items in ``Write/bytes(_:)``, encoded for this client only; `nil` if it carries none.
    package var ownItems: ClosedRange<UInt64>?
    /// Whether the connection ends because the client was too slow.
    package var fellBehind = false
    /// Work done for this client only, in bytes of messages.
    package var workBytes = 0
    /// Whether more such work is pending; call ``Subscriber/resumed()`` after serving other clients.
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

    /// Whether there is nothing to do. Cheaper than a comparison with ``none``, because every item asks.
    package var areNone: Bool {
        guard first == nil, second == nil, case .stay = then else { return false }
        return wakeAt == nil && skipped == 0 && ownItems == nil && !fellBehind && workBytes == 0 && !hasMoreWork
    }
}

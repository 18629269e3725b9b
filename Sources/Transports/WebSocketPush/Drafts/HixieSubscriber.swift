import Feed
import Measurement
import NIOCore
import WebSocketProtocol

/// The server's half of the feed in a hixie draft: a text frame an item.
///
/// The drafts have no close codes. A subscriber that has lost items is told in a message of its own, the text of
/// ``GapNotice``, which is no item.
struct HixieSubscriber: Subscriber {
    /// Stands apart from those of RFC 6455's forms.
    static let encodingVariant: UInt8 = 0x80

    private var end: HixieServerEnd
    private var follower: FeedFollower
    private let slowSubscriber: SlowSubscriberPolicy
    private var hasStarted = false

    // Clients of the feed have nothing to say; what they send anyway is bounded.
    private static let limits = WebSocketLimits(frameBytes: 64 << 10, messageBytes: 64 << 10)

    init(after cursor: UInt64?, opening: HixieOpening, settings: ServerSettings) {
        end = HixieServerEnd(opening, limits: Self.limits, settings: settings)
        follower = FeedFollower(after: cursor, byteLimit: settings.batchByteLimit)
        slowSubscriber = settings.slowSubscriber
    }

    static func frames(after: UInt64, through: UInt64, of window: FeedWindow) -> ByteBuffer {
        var frames = ByteBuffer()
        for sequence in after + 1...through { HixieFrames.writeText(window[sequence].text, into: &frames) }
        return frames
    }

    var variant: UInt8 { Self.encodingVariant }

    mutating func opened(_ window: FeedWindow, at now: MonotonicInstant) -> SubscriberActions {
        var nothing = ByteBuffer()
        return open(&nothing, window) ?? end.awaitRest(from: now)
    }

    mutating func clockReached(_ now: MonotonicInstant, window: FeedWindow) -> SubscriberActions {
        end.clockReached()
    }

    mutating func itemPublished(_ window: FeedWindow) -> SubscriberActions {
        end.isOpening ? .none : deliver(window)
    }

    mutating func received(_ bytes: inout ByteBuffer, window: FeedWindow) -> SubscriberActions {
        if end.isOpening { return open(&bytes, window) ?? .none }
        end.endpoint.receive(&bytes)
        while end.nextEvent() != nil {}
        return end.takeActions()
    }

    mutating func serverStopping(_ window: FeedWindow) -> SubscriberActions {
        end.serverStopping()
    }

    private mutating func open(_ bytes: inout ByteBuffer, _ window: FeedWindow) -> SubscriberActions? {
        guard let response = end.open(&bytes) else { return nil }
        follower.begin(window)
        let behind = deliver(window)
        hasStarted = true
        return SubscriberActions(.bytes(response), behind.first, then: behind.then)
    }

    private mutating func deliver(_ window: FeedWindow) -> SubscriberActions {
        guard end.endpoint.isOpen else { return .none }
        if let message = follower.next(window) { return SubscriberActions(.message(message)) }
        guard let oldest = follower.gap(window) else { return .none }
        return hasStarted && slowSubscriber == .skip ? skip(to: oldest, window) : close(oldest: oldest)
    }

    private mutating func skip(to oldest: UInt64, _ window: FeedWindow) -> SubscriberActions {
        let skipped = follower.skip(to: oldest)
        var actions = deliver(window)
        actions.skipped = skipped
        return actions
    }

    private mutating func close(oldest: UInt64) -> SubscriberActions {
        end.endpoint.send(text: ByteBuffer(string: GapNotice.text(oldest: oldest)))
        end.endpoint.close()
        var actions = end.takeActions()
        actions.fellBehind = hasStarted
        return actions
    }
}

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

    // Until the handshake is done.
    private var opening: HixieOpening?
    private var endpoint: HixieEndpoint
    private var cursor: UInt64?
    private let settings: ServerSettings
    private var hasStarted = false

    // What is written at once to a subscriber that is behind; more follows when that has gone out.
    private static let batchBytes = 256 << 10

    // Clients of the feed have nothing to say; what they send anyway is bounded.
    private static let limits = WebSocketLimits(frameBytes: 64 << 10, messageBytes: 64 << 10)

    init(after cursor: UInt64?, opening: HixieOpening, settings: ServerSettings) {
        self.opening = opening
        endpoint = HixieEndpoint(opening.version, role: .server, limits: Self.limits)
        self.cursor = cursor
        self.settings = settings
    }

    static func frames(after: UInt64, through: UInt64, of window: FeedWindow) -> ByteBuffer {
        var frames = ByteBuffer()
        for sequence in after + 1...through { HixieFrames.writeText(window[sequence].text, into: &frames) }
        return frames
    }

    var variant: UInt8 { Self.encodingVariant }

    mutating func opened(_ window: FeedWindow, at now: MonotonicInstant) -> SubscriberActions {
        var nothing = ByteBuffer()
        return open(&nothing, window) ?? opening?.awaitRest(from: now) ?? .none
    }

    mutating func clockReached(_ now: MonotonicInstant, window: FeedWindow) -> SubscriberActions {
        opening == nil ? .none : SubscriberActions(then: .close)
    }

    mutating func itemPublished(_ window: FeedWindow) -> SubscriberActions {
        opening == nil ? deliver(window) : .none
    }

    mutating func received(_ bytes: inout ByteBuffer, window: FeedWindow) -> SubscriberActions {
        if opening != nil { return open(&bytes, window) ?? .none }
        endpoint.receive(&bytes)
        do throws(HixieError) {
            while try endpoint.nextEvent() != nil {}
        } catch {
            // There is no code to tell it by; the endpoint's fate is to drop.
        }
        return takeActions()
    }

    mutating func serverStopping(_ window: FeedWindow) -> SubscriberActions {
        guard opening == nil else { return SubscriberActions(then: .close) }
        endpoint.close()
        return takeActions()
    }

    private mutating func open(_ bytes: inout ByteBuffer, _ window: FeedWindow) -> SubscriberActions? {
        guard let response = opening?.response(to: &bytes) else { return nil }
        opening = nil
        let behind = deliver(window)
        hasStarted = true
        return SubscriberActions(.bytes(response), behind.first, then: behind.then)
    }

    private mutating func deliver(_ window: FeedWindow) -> SubscriberActions {
        guard endpoint.isOpen else { return .none }
        let cursor = cursor ?? window.oldest - 1
        switch window.read(after: cursor, byteLimit: min(Self.batchBytes, settings.batchByteLimit)) {
        case .nothing:
            self.cursor = cursor
            return .none
        case .items(let through):
            self.cursor = through
            return SubscriberActions(.message(.items(after: cursor, through: through)))
        case .gap(let oldest):
            let skips = hasStarted && settings.slowSubscriber == .skip
            return skips ? skip(from: cursor, to: oldest, window) : close(oldest: oldest)
        }
    }

    private mutating func skip(from cursor: UInt64, to oldest: UInt64, _ window: FeedWindow) -> SubscriberActions {
        self.cursor = oldest - 1
        var actions = deliver(window)
        actions.skipped = oldest - 1 - cursor
        return actions
    }

    private mutating func close(oldest: UInt64) -> SubscriberActions {
        endpoint.send(text: ByteBuffer(string: GapNotice.text(oldest: oldest)))
        endpoint.close()
        var actions = takeActions()
        actions.fellBehind = hasStarted
        return actions
    }

    private mutating func takeActions() -> SubscriberActions {
        SubscriberActions(writing: endpoint.takeOutput(), fate: endpoint.fate)
    }
}

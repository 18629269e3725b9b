import Feed
import HTTP
import Measurement
import NIOCore
import WebSocketProtocol

/// The server's half of a WebSocket: sends the items after its cursor, answers control frames, closes on a gap.
struct WebSocketSubscriber: Subscriber {
    private var end: WebSocketServerEnd
    private var follower: FeedFollower
    private let form: SharedForm
    // With context takeover, the compressed bytes depend on earlier messages to this client and cannot be shared.
    private let compressesAlone: Bool

    // Clients of the feed send only control frames; this limits the size of any other message.
    private static let messageBytes = 64 << 10

    init(after cursor: UInt64?, _ accepted: AcceptedWebSocket, settings: ServerSettings) {
        end = WebSocketServerEnd(
            accepted,
            limits: WebSocketLimits(
                frameBytes: Self.messageBytes, messageBytes: Self.messageBytes,
                messageTimeout: settings.messageTimeout),
            keepsIdleStreams: false, settings: settings)
        let agreement = accepted.acceptance.agreement
        let shared = agreement.deflate.flatMap { $0.serverNoContextTakeover ? $0.serverMaxWindowBits : nil }
        form = SharedForm(FeedSubprotocol(agreed: agreement.subprotocol), windowBits: shared, framing: end.framing)
        compressesAlone = agreement.deflate != nil && shared == nil
        follower = FeedFollower(after: cursor, settings: settings)
    }

    var variant: UInt8 { form.variant }
    var wantsClock: Bool { end.session.wantsClock }

    var liveCursor: UInt64? {
        end.isOpening || !end.session.isOpen || compressesAlone ? nil : follower.cursor
    }

    mutating func delivered(through sequence: UInt64) {
        follower.delivered(through: sequence)
    }

    mutating func opened(_ window: FeedWindow, at now: MonotonicInstant) -> SubscriberActions {
        var nothing = ByteBuffer()
        guard var actions = open(&nothing, window) else {
            return SubscriberActions(wakeAt: now + WebSocketServerEnd.handshakeTimeout)
        }
        actions.wakeAt = end.clockReached(now).wakeAt
        return actions
    }

    mutating func itemPublished(_ window: FeedWindow) -> SubscriberActions {
        guard !end.isOpening, end.session.isOpen else { return .none }
        return take(follower.next(window), window)
    }

    mutating func received(_ bytes: inout ByteBuffer, window: FeedWindow) -> SubscriberActions {
        if end.isOpening { return open(&bytes, window) ?? .none }
        end.read(&bytes)
        return end.takeActionsAfterReading()
    }

    mutating func clockReached(_ now: MonotonicInstant, window: FeedWindow) -> SubscriberActions {
        end.clockReached(now)
    }

    mutating func serverStopping(_ window: FeedWindow) -> SubscriberActions {
        end.serverStopping()
    }

    private mutating func open(_ bytes: inout ByteBuffer, _ window: FeedWindow) -> SubscriberActions? {
        guard let response = end.open(&bytes) else { return nil }
        let behind = take(follower.begin(window), window)
        var actions = SubscriberActions(.bytes(response), behind.first, then: behind.then)
        actions.ownItems = behind.ownItems
        return actions
    }

    private mutating func take(_ step: FeedFollower.Step, _ window: FeedWindow) -> SubscriberActions {
        var actions: SubscriberActions
        switch step {
        case .send(.items(let after, let through), let skipped) where compressesAlone:
            actions = compress(after + 1...through, window)
            actions.skipped = skipped
        case .send(let message, let skipped):
            actions = SubscriberActions(.message(message), skipped: skipped)
        case .wait: return .none
        case .lost(let oldest, let fellBehind):
            end.session.close(WebSocketPush.gapCloseCode, notice: GapNotice.text(oldest: oldest))
            actions = end.takeActions()
            actions.fellBehind = fellBehind
        }
        return actions
    }

    private mutating func compress(_ sequences: ClosedRange<UInt64>, _ window: FeedWindow) -> SubscriberActions {
        for sequence in sequences {
            end.session.send(form.subprotocol.kind, form.subprotocol.payload(of: window[sequence]))
        }
        var actions = end.takeActions()
        actions.ownItems = sequences
        return actions
    }
}

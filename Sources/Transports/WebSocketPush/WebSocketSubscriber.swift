import Feed
import Measurement
import NIOCore
import WebSocketProtocol

/// The server's half of a WebSocket: sends what follows its cursor, answers control frames, closes on a gap.
struct WebSocketSubscriber: Subscriber {
    private var endpoint: WebSocketEndpoint
    private var follower: FeedFollower
    private let responseHead: ByteBuffer
    private let form: SharedForm
    // With context takeover a message is compressed by what this client got before it, so nothing can be shared.
    private let compressesAlone: Bool
    private let slowSubscriber: SlowSubscriberPolicy
    private var hasStarted = false
    // What compression keeps, for as long as the connection lasts.
    private let compressionContext: MemoryShare?
    private let unfinishedMessage: MemoryShare?

    // Clients of the feed have nothing to say but control frames; what they send anyway is bounded.
    private static let messageBytes = 64 << 10

    init(
        after cursor: UInt64?, acceptance: HandshakeAcceptance, compressionContext: MemoryShare? = nil,
        settings: ServerSettings
    ) {
        self.compressionContext = compressionContext
        unfinishedMessage = MemoryShare(of: settings.messageMemory)
        endpoint = WebSocketEndpoint(
            role: .server,
            limits: WebSocketLimits(
                frameBytes: Self.messageBytes, messageBytes: Self.messageBytes,
                messageTimeout: settings.messageTimeout),
            deflate: acceptance.deflate, keepAlive: settings.webSocketKeepAlive, keepsIdleStreams: false)
        let shared = acceptance.deflate.flatMap { $0.serverNoContextTakeover ? $0.serverMaxWindowBits : nil }
        form = SharedForm(FeedSubprotocol(agreed: acceptance.subprotocol), windowBits: shared)
        compressesAlone = acceptance.deflate != nil && shared == nil
        follower = FeedFollower(after: cursor, byteLimit: settings.batchByteLimit)
        responseHead = acceptance.responseHead
        slowSubscriber = settings.slowSubscriber
    }

    var variant: UInt8 { form.variant }
    var wantsClock: Bool { endpoint.wantsClock }

    mutating func opened(_ window: FeedWindow, at now: MonotonicInstant) -> SubscriberActions {
        follower.begin(window)
        let behind = deliver(window)
        hasStarted = true
        var actions = SubscriberActions(.bytes(responseHead), behind.first, then: behind.then)
        actions.deliversOwnItems = behind.deliversOwnItems
        actions.wakeAt = endpoint.clockActions(now).wakeAt
        return actions
    }

    mutating func itemPublished(_ window: FeedWindow) -> SubscriberActions {
        deliver(window)
    }

    mutating func received(_ bytes: inout ByteBuffer, window: FeedWindow) -> SubscriberActions {
        endpoint.receive(&bytes)
        do throws(WebSocketError) {
            while try endpoint.nextEvent() != nil {}
        } catch {
            // The endpoint has put the Close that names the fault among its output.
        }
        return endpoint.takeActions(holdingIn: unfinishedMessage)
    }

    mutating func clockReached(_ now: MonotonicInstant, window: FeedWindow) -> SubscriberActions {
        endpoint.clockActions(now)
    }

    mutating func serverStopping(_ window: FeedWindow) -> SubscriberActions {
        endpoint.close(.goingAway, reason: "the server stops")
        return endpoint.takeActions()
    }

    private mutating func deliver(_ window: FeedWindow) -> SubscriberActions {
        guard endpoint.isOpen else { return .none }
        if let message = follower.next(window) {
            if compressesAlone, case .items(let after, let through) = message {
                return compress(after + 1...through, window)
            }
            return SubscriberActions(.message(message))
        }
        guard let oldest = follower.gap(window) else { return .none }
        return hasStarted && slowSubscriber == .skip ? skip(to: oldest, window) : close(oldest: oldest)
    }

    private mutating func compress(_ sequences: ClosedRange<UInt64>, _ window: FeedWindow) -> SubscriberActions {
        for sequence in sequences {
            endpoint.send(form.subprotocol.kind, form.subprotocol.payload(of: window[sequence]))
        }
        var actions = endpoint.takeActions()
        actions.deliversOwnItems = true
        return actions
    }

    private mutating func skip(to oldest: UInt64, _ window: FeedWindow) -> SubscriberActions {
        let skipped = follower.skip(to: oldest)
        var actions = deliver(window)
        actions.skipped = skipped
        return actions
    }

    private mutating func close(oldest: UInt64) -> SubscriberActions {
        endpoint.close(WebSocketPush.gapCloseCode, reason: GapNotice.text(oldest: oldest))
        var actions = endpoint.takeActions()
        actions.fellBehind = hasStarted
        return actions
    }
}

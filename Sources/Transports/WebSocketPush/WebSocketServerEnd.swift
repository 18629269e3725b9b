import HTTP
import Measurement
import NIOCore
import WebSocketDrafts
import WebSocketProtocol

/// The server's end of a WebSocket. It starts with the request headers, because in some drafts the client's handshake
/// continues after them.
struct WebSocketServerEnd {
    /// Time limit for the rest of the handshake, the same as for request headers.
    static let handshakeTimeout = Duration.seconds(10)

    var session: any WebSocketSession
    /// The framing of messages that are encoded once for many clients.
    let framing: MessageFraming
    // `nil` once the handshake is done.
    private var acceptance: (any WebSocketAcceptance)?
    // Memory of the compression context, reserved until the connection ends.
    private let compressionContext: MemoryShare?
    private let unfinishedMessage: MemoryShare?

    init(
        _ accepted: AcceptedWebSocket, limits: WebSocketLimits, keepsIdleStreams: Bool, settings: ServerSettings
    ) {
        acceptance = accepted.acceptance
        framing = accepted.version.framing
        compressionContext = accepted.compressionContext
        unfinishedMessage = MemoryShare(of: settings.messageMemory)
        session = accepted.acceptance.makeSession(
            limits: limits, keepAlive: settings.webSocketKeepAlive, keepsIdleStreams: keepsIdleStreams)
    }

    /// Whether the client's part of the handshake is incomplete.
    var isOpening: Bool { acceptance != nil }

    /// - Returns: The response, or `nil` while the client's part of the handshake is incomplete.
    mutating func open(_ bytes: inout ByteBuffer) -> ByteBuffer? {
        guard let response = acceptance?.response(to: &bytes) else { return nil }
        acceptance = nil
        return response
    }

    /// Reads input and discards the client's messages.
    mutating func read(_ bytes: inout ByteBuffer) {
        session.receive(&bytes)
        do throws(WebSocketError) {
            while try session.nextEvent() != nil {}
        } catch {
            // The output contains the Close with the error's code, if the version has one.
        }
    }

    /// The driver's next actions: write the queued output, then keep the connection, await the peer, or close.
    mutating func takeActions() -> SubscriberActions {
        let then: SubscriberActions.Continuation =
            switch session.fate {
            case .keep: .stay
            case .awaitPeer: .awaitPeer
            case .drop: .close
            }
        return SubscriberActions(session.takeOutput().map { .bytes($0) }, then: then)
    }

    /// The same, after all input was read. Closes the connection if its incomplete message needs more memory than the
    /// server has left.
    mutating func takeActionsAfterReading() -> SubscriberActions {
        if let unfinishedMessage, !unfinishedMessage.resize(to: session.heldBytes) {
            session.fail(.messageTooBig, reason: "the server's memory for unfinished messages is used up")
            _ = unfinishedMessage.resize(to: 0)
        }
        return takeActions()
    }

    /// The driver's actions at a wake-up: write a Ping, wake up again later, or abandon the client.
    mutating func clockReached(_ now: MonotonicInstant) -> SubscriberActions {
        if isOpening { return SubscriberActions(then: .close) }
        // After a Close, the driver enforces the time limit.
        guard session.isOpen else { return SubscriberActions(wakeAt: MonotonicInstant(nanoseconds: .max)) }
        let answer = session.clockReached(now.nanoseconds)
        // The session has closed because a message took too long.
        guard session.isOpen else { return takeActions() }
        switch answer {
        case .idle: return .none
        case .drop: return SubscriberActions(then: .abandonPeer)
        case .wait(let instant):
            let ping = session.takeOutput().map { SubscriberActions.Write.bytes($0) }
            return SubscriberActions(ping, wakeAt: MonotonicInstant(nanoseconds: instant))
        }
    }

    mutating func serverStopping() -> SubscriberActions {
        if isOpening { return SubscriberActions(then: .close) }
        session.close(.goingAway, reason: "the server stops")
        return takeActions()
    }
}

extension ServerSettings {
    /// Keep-alive of WebSockets; `nil` if Pings are disabled.
    fileprivate var webSocketKeepAlive: KeepAlive? {
        pingInterval > .zero ? KeepAlive(interval: pingInterval, timeout: pingTimeout) : nil
    }
}

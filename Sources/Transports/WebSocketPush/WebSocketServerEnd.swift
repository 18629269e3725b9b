import HTTP
import Measurement
import NIOCore
import WebSocketDrafts
import WebSocketProtocol

/// The server's end of a WebSocket, from the request on: in some drafts the client's part of the handshake goes on
/// behind the request head.
struct WebSocketServerEnd {
    /// Time limit for that part, the same as for a request head.
    static let patience = Duration.seconds(10)

    var session: any WebSocketSession
    /// The frames in which many clients get the same message.
    let framing: MessageFraming
    // Until the handshake is done.
    private var acceptance: (any WebSocketAcceptance)?
    // What compression keeps, for as long as the connection lasts.
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

    /// Whether the client has still to do its part of the handshake.
    var isOpening: Bool { acceptance != nil }

    /// - Returns: The response, once the client's part of the handshake is whole.
    mutating func open(_ bytes: inout ByteBuffer) -> ByteBuffer? {
        guard let response = acceptance?.response(to: &bytes) else { return nil }
        acceptance = nil
        return response
    }

    /// Reads what the client sends and drops its messages.
    mutating func read(_ bytes: inout ByteBuffer) {
        session.receive(&bytes)
        do throws(WebSocketError) {
            while try session.nextEvent() != nil {}
        } catch {
            // The Close that names the fault, if there is one, is in the output.
        }
    }

    /// What the driver does next: write what is queued, then keep, await the peer, or close.
    mutating func takeActions() -> SubscriberActions {
        let then: SubscriberActions.Continuation =
            switch session.fate {
            case .keep: .stay
            case .awaitPeer: .awaitPeer
            case .drop: .close
            }
        return SubscriberActions(session.takeOutput().map { .bytes($0) }, then: then)
    }

    /// The same, once all that was received is read. Closes a client whose unfinished message needs more memory than
    /// there is.
    mutating func takeActionsAfterReading() -> SubscriberActions {
        if let unfinishedMessage, !unfinishedMessage.resize(to: session.heldBytes) {
            session.fail(.messageTooBig, reason: "the server's memory for unfinished messages is used up")
            _ = unfinishedMessage.resize(to: 0)
        }
        return takeActions()
    }

    /// What the driver does when it was to be woken: write a Ping, look again, or give the client up.
    mutating func clockReached(_ now: MonotonicInstant) -> SubscriberActions {
        if isOpening { return SubscriberActions(then: .close) }
        // Of a client that was told Close, the driver keeps the time.
        guard session.isOpen else { return SubscriberActions(wakeAt: MonotonicInstant(nanoseconds: .max)) }
        let answer = session.clockReached(now.nanoseconds)
        // Its message took too long.
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
    /// For a WebSocket that may be silent; `nil` if nobody is to be asked.
    fileprivate var webSocketKeepAlive: KeepAlive? {
        pingInterval > .zero ? KeepAlive(interval: pingInterval, timeout: pingTimeout) : nil
    }
}

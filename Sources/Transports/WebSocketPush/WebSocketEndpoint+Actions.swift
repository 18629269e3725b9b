import Measurement
import NIOCore
import WebSocketProtocol

extension WebSocketEndpoint {
    /// What a server's driver does next: write what is queued, then keep, await the peer, or close.
    mutating func takeActions() -> SubscriberActions {
        SubscriberActions(writing: takeOutput(), fate: fate)
    }

    /// The same, once all that was received is read: a client whose unfinished message needs memory that there is not
    /// is given up.
    mutating func takeActions(holdingIn memory: MemoryShare?) -> SubscriberActions {
        if let memory, !memory.resize(to: heldBytes) {
            fail(.messageTooBig, reason: "the server's memory for unfinished messages is used up")
            _ = memory.resize(to: 0)
        }
        return takeActions()
    }

    /// What a server's driver does when it was to be woken: write a Ping, look again, or give the client up.
    mutating func clockActions(_ now: MonotonicInstant) -> SubscriberActions {
        // Of a client that was told Close, the driver keeps the time.
        guard isOpen else { return SubscriberActions(wakeAt: MonotonicInstant(nanoseconds: .max)) }
        let answer = clockReached(now.nanoseconds)
        // Its message took too long.
        guard isOpen else { return takeActions() }
        switch answer {
        case .idle: return .none
        case .drop: return SubscriberActions(then: .abandonPeer)
        case .wait(let instant):
            let ping = takeOutput().map { SubscriberActions.Write.bytes($0) }
            return SubscriberActions(ping, wakeAt: MonotonicInstant(nanoseconds: instant))
        }
    }
}

extension SubscriberActions {
    /// - Parameters:
    ///   - output: What an endpoint has queued, if anything.
    ///   - fate: What is to become of the connection after it.
    init(writing output: ByteBuffer?, fate: ClosingHandshake.Fate) {
        let then: Continuation =
            switch fate {
            case .keep: .stay
            case .awaitPeer: .awaitPeer
            case .drop: .close
            }
        self.init(output.map { .bytes($0) }, then: then)
    }
}

extension ServerSettings {
    /// For a WebSocket that may be silent; `nil` if nobody is to be asked.
    var webSocketKeepAlive: KeepAlive? {
        pingInterval > .zero ? KeepAlive(interval: pingInterval, timeout: pingTimeout) : nil
    }
}

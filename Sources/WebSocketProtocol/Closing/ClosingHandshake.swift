/// Decides how a connection ends (RFC 6455 §7.1). The driver writes, waits and drops.
package struct ClosingHandshake: Sendable {
    /// What the driver does with the TCP connection, once everything taken as output is written.
    package enum Fate: Sendable, Hashable {
        /// Nobody closes.
        case keep
        /// This side sent Close and waits for the peer's, or, as client, for the server to drop TCP first (§7.1.1).
        case awaitPeer
        /// Nothing more is to come: drop it.
        case drop
    }

    /// What a look at the clock tells the driver.
    package enum ClockAnswer: Sendable, Hashable {
        /// Nothing is being waited for.
        case idle
        /// Look again at this instant, in nanoseconds of the driver's clock.
        case wait(until: Int64)
        /// The peer had its time.
        case drop

        /// The same, with another instant to look at.
        func sooner(than instant: Int64) -> ClockAnswer {
            switch self {
            case .idle: .wait(until: instant)
            case .wait(let until): .wait(until: min(until, instant))
            case .drop: .drop
            }
        }
    }

    private enum State { case open, closeSent, closeExchanged, failed }

    private let role: WebSocketRole
    private let timeout: Duration
    private var state = State.open
    private var deadline: Int64?

    package init(role: WebSocketRole, timeout: Duration) {
        self.role = role
        self.timeout = timeout
    }

    /// Whether this side may still send messages.
    package var isOpen: Bool { state == .open }

    /// Whether the peer's frames are still read: until its Close, or a failure.
    package var readsInput: Bool { state == .open || state == .closeSent }

    package var fate: Fate {
        switch state {
        case .open: .keep
        case .closeSent: .awaitPeer
        case .closeExchanged: role == .server ? .drop : .awaitPeer
        case .failed: .drop
        }
    }

    /// The application closes.
    ///
    /// - Returns: Whether a Close frame is to be sent.
    package mutating func closeRequested() -> Bool {
        guard state == .open else { return false }
        state = .closeSent
        return true
    }

    /// The peer's Close arrived.
    ///
    /// - Returns: Whether a Close frame is to be sent in answer.
    package mutating func closeArrived() -> Bool {
        // §5.5.1 lets both sides close at once; the second Close is an answer, so none is sent.
        let answers = state == .open
        state = .closeExchanged
        return answers
    }

    /// The peer broke the protocol.
    ///
    /// - Returns: Whether a Close frame is to be sent before dropping (§7.1.7).
    package mutating func peerFailed() -> Bool {
        let sends = state == .open
        state = .failed
        return sends
    }

    /// Looks whether the peer has had its time. The time starts at the first look after this side began to wait.
    ///
    /// - Parameter now: The driver's clock, in nanoseconds.
    /// - Returns: When to look again, or that the connection is to be dropped.
    package mutating func clockReached(_ now: Int64) -> ClockAnswer {
        switch fate {
        case .keep: return .idle
        case .drop: return .drop
        case .awaitPeer: break
        }
        let limit = deadline ?? now + timeout.wholeNanoseconds
        deadline = limit
        return now >= limit ? .drop : .wait(until: limit)
    }
}

extension Duration {
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}

/// Decides how a connection ends (RFC 6455 §7.1). The driver writes, waits and closes TCP.
package struct ClosingHandshake: Sendable {
    /// What the driver does with the TCP connection after it has written all output.
    package enum Fate: Sendable, Hashable {
        /// The connection stays open.
        case keep
        /// Wait: for the peer's Close, or, as client, for the server to close TCP first (§7.1.1).
        case awaitPeer
        /// Close the TCP connection.
        case drop
    }

    /// What the driver does after a clock check.
    package enum ClockAnswer: Sendable, Hashable {
        /// No time limit is running.
        case idle
        /// Check again at this instant, in nanoseconds of the driver's clock.
        case wait(until: Int64)
        /// The time limit has passed: close the TCP connection.
        case drop

        /// The same, but with a check at this instant at the latest.
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

    /// Whether the peer's frames are still read: until its Close or a failure.
    package var readsInput: Bool { state == .open || state == .closeSent }

    package var fate: Fate {
        switch state {
        case .open: .keep
        case .closeSent: .awaitPeer
        case .closeExchanged: role == .server ? .drop : .awaitPeer
        case .failed: .drop
        }
    }

    /// The application closes the connection.
    ///
    /// - Returns: Whether to send a Close frame.
    package mutating func closeRequested() -> Bool {
        guard state == .open else { return false }
        state = .closeSent
        return true
    }

    /// The peer's Close arrived.
    ///
    /// - Returns: Whether to send a Close frame in response.
    package mutating func closeArrived() -> Bool {
        // §5.5.1: both sides may close at once. If this side has sent a Close, the peer's Close is the answer to it.
        let answers = state == .open
        state = .closeExchanged
        return answers
    }

    /// The peer violated the protocol.
    ///
    /// - Returns: Whether to send a Close frame before closing TCP (§7.1.7).
    package mutating func peerFailed() -> Bool {
        let sends = state == .open
        state = .failed
        return sends
    }

    /// Checks the time limit for the peer. It starts at the first check after this side began to wait.
    ///
    /// - Parameter now: The driver's clock, in nanoseconds.
    /// - Returns: When to check again, or that the driver must close the connection.
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

/// Decides when to send a Ping to a silent peer (RFC 6455 §5.5.2), and when the peer counts as dead.
///
/// Every byte from the peer proves that it is alive. If no byte arrives for one interval, a Ping is due. If none
/// arrives within the timeout after it, the peer is dead.
package struct KeepAlive: Sendable {
    /// What the endpoint does after a clock check; instants are nanoseconds of the driver's clock.
    package enum ClockAnswer: Sendable, Hashable {
        case wait(until: Int64)
        /// Send a Ping now.
        case ping(lookAgainAt: Int64)
        /// The peer did not answer in time.
        case dead
    }

    private enum State {
        case unstarted
        case listening(until: Int64, hasHeard: Bool)
        case awaitingSign(nextLook: Int64, deadline: Int64)
    }

    private let interval: Int64
    private let timeout: Int64
    private let grain: Int64
    private var state = State.unstarted

    /// - Parameters:
    ///   - interval: Silence before a Ping; a peer that becomes silent gets the Ping within two intervals.
    ///   - timeout: Silence after a Ping after which the peer is dead.
    package init(interval: Duration, timeout: Duration) {
        precondition(interval > .zero && timeout > .zero, "interval and timeout must be positive")
        self.interval = interval.wholeNanoseconds
        self.timeout = timeout.wholeNanoseconds
        // Round check times up to few instants, so that a driver of thousands of connections wakes for many at once.
        grain = max(1, min(1_000_000_000, self.interval / 16))
    }

    /// Bytes of any kind have arrived from the peer.
    mutating func bytesArrived() {
        switch state {
        case .listening(let until, hasHeard: false): state = .listening(until: until, hasHeard: true)
        // The answer to a Ping does not delay the next Ping: those to an otherwise silent peer are an interval apart.
        case .awaitingSign(let nextLook, _): state = .listening(until: nextLook, hasHeard: false)
        case .unstarted, .listening: break
        }
    }

    /// Checks whether a Ping is due or the peer is dead. The first call starts the interval.
    ///
    /// - Parameter now: The driver's monotonic clock, in nanoseconds.
    /// - Returns: What to do now, and when to check again.
    package mutating func clockReached(_ now: Int64) -> ClockAnswer {
        switch state {
        case .unstarted:
            return listen(from: now)
        case .listening(let until, let hasHeard):
            if now < until { return .wait(until: until) }
            return hasHeard ? listen(from: now) : ping(now)
        case .awaitingSign(_, let deadline):
            return now < deadline ? .wait(until: deadline) : .dead
        }
    }

    private mutating func listen(from now: Int64) -> ClockAnswer {
        let until = look(after: interval, from: now)
        state = .listening(until: until, hasHeard: false)
        return .wait(until: until)
    }

    private mutating func ping(_ now: Int64) -> ClockAnswer {
        let (nextLook, deadline) = (look(after: interval, from: now), look(after: timeout, from: now))
        state = .awaitingSign(nextLook: nextLook, deadline: deadline)
        return .ping(lookAgainAt: min(nextLook, deadline))
    }

    private func look(after time: Int64, from now: Int64) -> Int64 {
        (now + time + grain - 1) / grain * grain
    }
}

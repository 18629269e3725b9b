/// Decides when a silent peer is asked for a sign of life (RFC 6455 §5.5.2), and when it is given up.
///
/// Every byte from the peer is a sign. When none has come between two looks an interval apart, a Ping is due; when none
/// comes within the time-out after it, the peer is dead.
package struct KeepAlive: Sendable {
    /// What a look at the clock tells the endpoint; instants are nanoseconds of the driver's clock.
    package enum ClockAnswer: Sendable, Hashable {
        case wait(until: Int64)
        /// Send a Ping now.
        case ping(lookAgainAt: Int64)
        /// The peer had its time.
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
    ///   - interval: Silence before a Ping; a peer that falls silent gets it within twice that.
    ///   - timeout: Silence after a Ping that makes a peer dead.
    package init(interval: Duration, timeout: Duration) {
        precondition(interval > .zero && timeout > .zero, "a peer needs some time to answer")
        self.interval = interval.wholeNanoseconds
        self.timeout = timeout.wholeNanoseconds
        // Looks fall on few instants, so a driver of thousands of connections wakes for many of them at once.
        grain = max(1, min(1_000_000_000, self.interval / 16))
    }

    /// The peer has sent something, whatever it was.
    mutating func bytesArrived() {
        switch state {
        case .listening(let until, hasHeard: false): state = .listening(until: until, hasHeard: true)
        // The answer to a Ping does not put off the next one: Pings to a silent peer are an interval apart.
        case .awaitingSign(let nextLook, _): state = .listening(until: nextLook, hasHeard: false)
        case .unstarted, .listening: break
        }
    }

    /// Looks whether a Ping is due or the peer has had its time. The first call starts the time.
    ///
    /// - Parameter now: The driver's monotonic clock, in nanoseconds.
    /// - Returns: When to look again, and what is to be done now.
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

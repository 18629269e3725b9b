import Measurement

/// Decides how long a connection lives: what it is doing, by when that must have got on, and how the connection ends.
///
/// The driver says what has happened and carries out the ``Action`` that comes back.
struct ConnectionLife {
    enum State: Equatable {
        case awaitingRequest
        /// A response is being written, perhaps for hours; further requests wait.
        case inExchange
        /// So many bytes of a request's body are still to be read and thrown away.
        case skippingBody(remaining: Int)
        /// The body of a request is read, to be published or sent back.
        case readingBody
        /// An answer is being collected from other loops.
        case awaitingAnswer
        /// Our half is closed; the peer's bytes are thrown away.
        case closing
    }

    /// What the driver does next.
    enum Action: Equatable {
        case goOn
        /// End the exchange and our half. To close both with unread bytes in the socket would reset it, and the peer
        /// could lose the last response.
        case closeOutput
        /// End the exchange, and both halves once everything is written. To close our half with the peer's closed is to
        /// close at once, whatever is still unwritten.
        case closeOnceWritten
        case closeNow
        /// Refuse the request whose head is late.
        case refuseLateHead
    }

    private(set) var state = State.awaitingRequest
    private let headTimeout: Duration
    private let idleTimeout: Duration
    private var headHasBegun = false
    private var peerHasEnded = false
    // By when the current state must have made progress.
    private var deadline: MonotonicInstant

    private static let never = MonotonicInstant(nanoseconds: .max)
    // A client that pipelines more than this behind a held poll is cut off.
    private static let maximumPipelinedBytes = 64 * 1_024
    /// It is looked at every second, so a peer that does not answer an end is dropped after 4 to 5 s.
    static let closingTimeout = Duration.seconds(4)

    /// - Parameters:
    ///   - headTimeout: Time a client may take for a request head.
    ///   - idleTimeout: Time a connection may stay without a request.
    ///   - now: When the connection was opened.
    init(headTimeout: Duration, idleTimeout: Duration, openedAt now: MonotonicInstant) {
        self.headTimeout = headTimeout
        self.idleTimeout = idleTimeout
        // A new connection owes a head as much as a begun head owes its end: half-open ones must not pile up.
        deadline = now + headTimeout
    }

    // MARK: Requests

    /// Of a request a part is there, and the rest is missing.
    mutating func headBegan(at now: MonotonicInstant) {
        if headHasBegun { return }
        headHasBegun = true
        deadline = min(deadline, now + headTimeout)
    }

    /// A request's body is to be read before it is answered: one that drips must not hold its bytes for ever.
    ///
    /// `isLong`: it may take as long as a connection may be idle.
    mutating func bodyAwaited(isLong: Bool, at now: MonotonicInstant) {
        state = .readingBody
        deadline = now + (isLong ? idleTimeout : headTimeout)
    }

    /// Other loops are asked for what a request wants to know.
    mutating func answerAwaited() {
        state = .awaitingAnswer
        deadline = Self.never
    }

    /// A request has become an exchange, which may take its time.
    mutating func exchangeBegan() {
        state = .inExchange
        deadline = Self.never
    }

    /// A response is complete. What is left of the request's body is thrown away before the next request.
    mutating func responseWritten(closing: Bool, unreadBodyBytes: Int = 0, at now: MonotonicInstant) -> Action {
        if closing { return close(at: now) }
        state = unreadBodyBytes > 0 ? .skippingBody(remaining: unreadBodyBytes) : .awaitingRequest
        headHasBegun = false
        deadline = now + idleTimeout
        return .goOn
    }

    /// So many bytes of the body were thrown away, which are no more than remained.
    mutating func bodySkipped(_ bytes: Int, closing: Bool, at now: MonotonicInstant) -> Action {
        guard case .skippingBody(let remaining) = state else { return .goOn }
        if remaining == bytes { return responseWritten(closing: closing, at: now) }
        state = .skippingBody(remaining: remaining - bytes)
        return .goOn
    }

    /// So many bytes wait for the response before theirs.
    func pipelined(_ bytes: Int) -> Action {
        bytes > Self.maximumPipelinedBytes ? .closeNow : .goOn
    }

    // MARK: The end

    /// Nothing more is to be said, or the response was the last.
    mutating func close(at now: MonotonicInstant) -> Action {
        state = .closing
        deadline = now + Self.closingTimeout
        return peerHasEnded ? .closeOnceWritten : .closeOutput
    }

    /// The exchange has said its last and waits for the peer's.
    mutating func peerAwaited(at now: MonotonicInstant) {
        // Whatever a peer says instead of its Close wins it no time.
        deadline = min(deadline, now + Self.closingTimeout)
    }

    /// The peer sends no more. What it has asked for is answered first, but a held exchange is over: a client that has
    /// left looks just like one that only listens, and what it held must not pile up.
    mutating func peerEnded(at now: MonotonicInstant) -> Action {
        peerHasEnded = true
        switch state {
        case .awaitingRequest, .skippingBody, .readingBody: return close(at: now)
        case .inExchange: return .closeNow
        case .awaitingAnswer, .closing: return .goOn
        }
    }

    /// The answer to a request from before the peer's end was handed over, and those that followed were looked at.
    mutating func answerGiven(at now: MonotonicInstant) -> Action {
        peerHasEnded ? peerEnded(at: now) : .goOn
    }

    /// Our half is closed, with everything written.
    func outputClosed() -> Action {
        peerHasEnded ? .closeNow : .goOn
    }

    /// The server stops. An exchange ends in its transport's own way, and an answer is still given.
    mutating func serverStopping(at now: MonotonicInstant) -> Action {
        switch state {
        case .awaitingRequest, .skippingBody, .readingBody: close(at: now)
        case .inExchange, .awaitingAnswer, .closing: .goOn
        }
    }

    func clockReached(_ now: MonotonicInstant) -> Action {
        if now < deadline { return .goOn }
        if case .awaitingRequest = state, headHasBegun { return .refuseLateHead }
        return .closeNow
    }

    /// The connection is gone, or not worth a word more.
    mutating func ended() {
        state = .closing
    }
}

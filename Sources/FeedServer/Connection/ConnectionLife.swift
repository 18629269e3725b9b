import Measurement

/// Decides how long a connection lives: its state, the deadline of that state, and how the connection ends.
///
/// The driver reports events and carries out the returned ``Action``.
struct ConnectionLife {
    enum State: Equatable {
        case awaitingRequest
        /// A response is being written, perhaps for hours; further requests wait.
        case inExchange
        /// This many bytes of a request's body still have to be read and discarded.
        case skippingBody(remaining: Int)
        /// A request's body is being read, to be published or echoed.
        case readingBody
        /// An answer is being collected from other loops.
        case awaitingAnswer
        /// Our half is closed; the peer's bytes are discarded.
        case closing
    }

    /// What the driver does next.
    enum Action: Equatable {
        case goOn
        /// End the exchange and close our half. Closing both halves with unread bytes in the socket would reset the
        /// connection, and the peer could lose the last response.
        case closeOutput
        /// End the exchange, then close both halves once everything is written. With the peer's half closed, closing
        /// ours would close the channel at once and drop unwritten bytes.
        case closeOnceWritten
        case closeNow
        /// Refuse the request whose headers are late.
        case refuseLateHead
    }

    private(set) var state = State.awaitingRequest
    // In nanoseconds: each request begins a time limit.
    private let headTimeout: Int64
    private let idleTimeout: Int64
    private var headHasBegun = false
    private var peerHasEnded = false
    /// When the current state must have made progress.
    private(set) var deadline: MonotonicInstant
    // The time that led to the deadline, and then again to the next one while output leaves.
    private var patience: Int64
    private var output = LeavingOutput()

    /// An instant that does not come.
    static let never = MonotonicInstant(nanoseconds: .max)
    // A client that pipelines more than this behind a held poll is disconnected.
    private static let maximumPipelinedBytes = 64 * 1_024
    /// Time for a peer to close after us.
    static let closingTimeout = Duration.seconds(4)

    /// - Parameters:
    ///   - headTimeout: Time a client may take to send the request headers.
    ///   - idleTimeout: Time a connection may stay idle between requests.
    ///   - now: When the connection was opened.
    init(headTimeout: Duration, idleTimeout: Duration, openedAt now: MonotonicInstant) {
        self.headTimeout = headTimeout.nanoseconds
        self.idleTimeout = idleTimeout.nanoseconds
        // A new connection must send its first request in time too: half-open connections must not pile up.
        deadline = now + headTimeout
        patience = headTimeout.nanoseconds
    }

    private mutating func allow(_ time: Int64, from now: MonotonicInstant) {
        (deadline, patience, output) = (now.later(byNanoseconds: time), time, LeavingOutput())
    }

    // MARK: Requests

    /// Part of a request has arrived.
    mutating func headBegan(at now: MonotonicInstant) {
        if headHasBegun { return }
        headHasBegun = true
        deadline = min(deadline, now.later(byNanoseconds: headTimeout))
    }

    /// A request's body must be read before the response. The deadline stops a client that sends it too slowly.
    ///
    /// `isLong`: the body may take as long as a connection may be idle.
    mutating func bodyAwaited(isLong: Bool, at now: MonotonicInstant) {
        state = .readingBody
        allow(isLong ? idleTimeout : headTimeout, from: now)
    }

    /// The response needs data from other loops.
    mutating func answerAwaited() {
        state = .awaitingAnswer
        deadline = Self.never
    }

    /// A request has become an exchange, which has no deadline.
    mutating func exchangeBegan() {
        state = .inExchange
        deadline = Self.never
    }

    /// A response is complete. The unread rest of the request's body is discarded before the next request.
    mutating func responseWritten(closing: Bool, unreadBodyBytes: Int = 0, at now: MonotonicInstant) -> Action {
        if closing { return close(at: now) }
        state = unreadBodyBytes > 0 ? .skippingBody(remaining: unreadBodyBytes) : .awaitingRequest
        headHasBegun = false
        allow(idleTimeout, from: now)
        return .goOn
    }

    /// This many bytes of the body were discarded, at most as many as remained.
    mutating func bodySkipped(_ bytes: Int, closing: Bool, at now: MonotonicInstant) -> Action {
        guard case .skippingBody(let remaining) = state else { return .goOn }
        if remaining == bytes { return responseWritten(closing: closing, at: now) }
        state = .skippingBody(remaining: remaining - bytes)
        return .goOn
    }

    /// This many received bytes wait behind the current exchange, which may last for hours.
    func pipelined(_ bytes: Int) -> Action {
        bytes > Self.maximumPipelinedBytes ? .closeNow : .goOn
    }

    /// Whether the received bytes that wait for the current answer are too many to read more. The answer comes soon.
    func mustAnswerFirst(_ pipelinedBytes: Int) -> Bool {
        state == .awaitingAnswer && pipelinedBytes > Self.maximumPipelinedBytes
    }

    // MARK: The end

    /// Ends the connection after its last response.
    mutating func close(at now: MonotonicInstant) -> Action {
        state = .closing
        allow(Self.closingTimeout.nanoseconds, from: now)
        return peerHasEnded ? .closeOnceWritten : .closeOutput
    }

    /// The exchange has sent its closing message and waits for the peer's.
    mutating func peerAwaited(at now: MonotonicInstant) {
        // Other frames from the peer do not extend the deadline.
        if now + Self.closingTimeout < deadline { allow(Self.closingTimeout.nanoseconds, from: now) }
    }

    /// The peer has closed its half. Pending requests are answered first, but a held exchange ends after what was sent:
    /// a client that is gone looks the same as one that only listens, and held exchanges must not pile up.
    mutating func peerEnded(at now: MonotonicInstant) -> Action {
        peerHasEnded = true
        switch state {
        case .awaitingRequest, .skippingBody, .readingBody, .inExchange: return close(at: now)
        case .awaitingAnswer, .closing: return .goOn
        }
    }

    /// A collected response was written, and the requests after it were processed.
    mutating func answerGiven(at now: MonotonicInstant) -> Action {
        peerHasEnded ? peerEnded(at: now) : .goOn
    }

    /// Our half is closed, and everything is written: from now on, the peer may take some time to close its half.
    mutating func outputClosed(at now: MonotonicInstant) -> Action {
        if peerHasEnded { return .closeNow }
        allow(Self.closingTimeout.nanoseconds, from: now)
        return .goOn
    }

    /// The server stops. An exchange ends as its transport requires; a pending response is still sent.
    mutating func serverStopping(at now: MonotonicInstant) -> Action {
        switch state {
        case .awaitingRequest, .skippingBody, .readingBody: close(at: now)
        case .inExchange, .awaitingAnswer, .closing: .goOn
        }
    }

    /// `unwrittenBytes`: output that the peer has not taken. While it takes some of it, the time begins again.
    mutating func clockReached(_ now: MonotonicInstant, unwrittenBytes: Int) -> Action {
        if now < deadline { return .goOn }
        if case .awaitingRequest = state, headHasBegun { return .refuseLateHead }
        guard output.leaves(unwrittenBytes) else { return .closeNow }
        deadline = now.later(byNanoseconds: patience)
        return .goOn
    }

    /// The connection is gone, or closes without another byte.
    mutating func ended() {
        state = .closing
    }
}

/// Tells a peer that reads slowly from one that does not read, by the output that waits for it.
struct LeavingOutput {
    private var least = Int.max

    /// - Parameter unwrittenBytes: Output that waits now.
    /// - Returns: Whether some waits, and less than at the last call.
    mutating func leaves(_ unwrittenBytes: Int) -> Bool {
        defer { least = min(least, unwrittenBytes) }
        return unwrittenBytes > 0 && unwrittenBytes < least
    }
}

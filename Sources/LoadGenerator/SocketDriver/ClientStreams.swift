/// Decides which callers get a stream of an HTTP/2 connection, and when the connection ends.
struct ClientStreams<Caller> {
    private enum State {
        /// The server's SETTINGS are awaited.
        case opening
        case ready
        /// No further stream is opened; those that are there go on.
        case leaving
    }

    private var state = State.opening
    private var waiting: [Caller]
    private var open = 0
    private(set) var hasFailed = false
    private let isShared: Bool

    /// - Parameters:
    ///   - caller: The one that the connection is opened for.
    ///   - isShared: Whether the connection stays without streams, for clients that come back.
    init(for caller: Caller, isShared: Bool) {
        waiting = [caller]
        self.isShared = isShared
    }

    var isOpening: Bool { state == .opening }
    /// Whether a further caller may join.
    var takesCallers: Bool { state != .leaving }
    /// Whether the connection is to end and has no stream: what the server says to it is no failure.
    var isAbandoned: Bool { state == .leaving && open == 0 }

    /// - Returns: Whether the caller gets its stream now; else it waits for the connection.
    mutating func joins(_ caller: Caller) -> Bool {
        if state == .ready { return true }
        waiting.append(caller)
        return false
    }

    /// The server takes WebSockets.
    mutating func ready() {
        state = .ready
    }

    /// Who gets the next stream, one after the other: the connection may break under a request.
    mutating func next() -> Caller? {
        state == .ready && !waiting.isEmpty ? waiting.removeFirst() : nil
    }

    mutating func streamOpens() {
        open += 1
    }

    mutating func streamEnded() {
        open -= 1
    }

    /// The server opens no further stream, or the connection is gone.
    mutating func leaves() {
        state = .leaving
    }

    /// - Returns: Whether this is the first failure, which is told; it explains the rest.
    mutating func fails() -> Bool {
        state = .leaving
        defer { hasFailed = true }
        return !hasFailed
    }

    /// The callers that never got a stream.
    mutating func takeWaiting() -> [Caller] {
        defer { waiting = [] }
        return waiting
    }

    /// Asked whenever the connection may have become useless.
    ///
    /// - Parameter isFinishing: Whether no client comes back.
    /// - Returns: Whether our half of the connection is to be closed now.
    mutating func endsNow(isFinishing: Bool) -> Bool {
        guard open == 0, waiting.isEmpty, state == .leaving || !isShared || isFinishing else { return false }
        state = .leaving
        return true
    }
}

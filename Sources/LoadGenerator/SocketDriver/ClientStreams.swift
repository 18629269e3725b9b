/// Decides which clients get a stream of an HTTP/2 connection, and when the connection ends.
struct ClientStreams<Client> {
    private enum State {
        /// Waits for the server's SETTINGS.
        case opening
        case ready
        /// No further stream is opened; open streams continue.
        case closing
    }

    private var state = State.opening
    private var waiting: [Client]
    private var open = 0
    private(set) var hasFailed = false
    private let isShared: Bool

    /// - Parameters:
    ///   - client: The client that the connection is opened for.
    ///   - isShared: Whether the connection stays open without streams, for clients that reconnect.
    init(for client: Client, isShared: Bool) {
        waiting = [client]
        self.isShared = isShared
    }

    var isOpening: Bool { state == .opening }
    /// Whether a further client may join.
    var acceptsClients: Bool { state != .closing }
    /// No clients are left; errors while closing are not failures.
    var isClosingIdle: Bool { state == .closing && open == 0 }

    /// - Returns: Whether the client gets its stream now; otherwise it waits for the connection.
    mutating func joins(_ client: Client) -> Bool {
        if state == .ready { return true }
        waiting.append(client)
        return false
    }

    /// The server accepts WebSockets.
    mutating func ready() {
        state = .ready
    }

    /// The client that gets the next stream. Clients are taken one by one, because the connection may break meanwhile.
    mutating func next() -> Client? {
        state == .ready && !waiting.isEmpty ? waiting.removeFirst() : nil
    }

    mutating func streamOpens() {
        open += 1
    }

    mutating func streamEnded() {
        open -= 1
    }

    /// The server accepts no further stream, or the connection is gone.
    mutating func stopOpening() {
        state = .closing
    }

    /// The connection could not be opened.
    ///
    /// - Returns: The clients that waited for it. They need another connection.
    mutating func openingFailed() -> [Client] {
        stopOpening()
        return takeWaiting()
    }

    /// - Returns: Whether this is the first failure. Only the first is reported, as it causes the others.
    mutating func fails() -> Bool {
        state = .closing
        defer { hasFailed = true }
        return !hasFailed
    }

    /// Removes and returns the clients without a stream.
    mutating func takeWaiting() -> [Client] {
        defer { waiting = [] }
        return waiting
    }

    /// Call whenever the connection may have become unused.
    ///
    /// - Parameter isFinishing: Whether no client will reconnect.
    /// - Returns: Whether to close our half of the connection now.
    mutating func endsNow(isFinishing: Bool) -> Bool {
        guard open == 0, waiting.isEmpty, state == .closing || !isShared || isFinishing else { return false }
        state = .closing
        return true
    }
}

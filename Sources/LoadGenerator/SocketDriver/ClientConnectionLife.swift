/// Decides when the kernel's counters of a client's connection are read, and how the connection is closed.
///
/// A closed socket has no counters. A channel closes its socket without a further event after a reset, after both
/// halves are closed, and when a write fails. So the counters are read at every event that may be the last one.
struct ClientConnectionLife {
    /// What the driver does next.
    enum Action: Equatable {
        case goOn
        case readCounters
        /// Read the counters and close at once.
        case close
        /// Let TLS send its closing alert, read the counters, and close without waiting for the server's alert.
        case closeAfterAlert
    }

    private enum TLSPhase {
        case none
        case handshake
        /// The handshake is done, and no bytes were written after it yet.
        case established
        case open
    }

    private var tls: TLSPhase
    private let readsBeforeWrites: Bool
    private var isWriting = false
    private var outputHasEnded = false
    private var hasLostPeer = false
    private var isBroken = false

    /// - Parameters:
    ///   - isEncrypted: Whether TLS is between the connection and its socket.
    ///   - readsBeforeWrites: Whether to read the counters before each write, because a failed write closes the socket
    ///     without an event.
    init(isEncrypted: Bool, readsBeforeWrites: Bool) {
        tls = isEncrypted ? .handshake : .none
        self.readsBeforeWrites = readsBeforeWrites
    }

    /// Whether a connection in state CLOSE has ended in order. If our half was still open, only a reset leads to that
    /// state.
    var isOrderlyEnd: Bool { outputHasEnded && !isBroken }

    // MARK: Reads and writes

    mutating func handshakeCompleted() {
        tls = .established
    }

    /// Bytes are about to be passed to the socket, or to TLS.
    mutating func writeBegins() -> Action {
        guard readsBeforeWrites else { return .goOn }
        isWriting = true
        return .readCounters
    }

    /// The write has succeeded or failed.
    mutating func writeEnded() {
        isWriting = false
    }

    /// TLS is about to pass bytes to the socket. While a connection opens, a write fails rather often. The first write
    /// after the handshake is the last event at which to count the handshake's final bytes. TLS may write several times
    /// for one write of the connection, and a later one may fail; so may its closing alert.
    mutating func tlsWriteBegins() -> Action {
        switch tls {
        case .none, .open: return readsBeforeWrites ? .readCounters : .goOn
        case .handshake: return .readCounters
        case .established:
            tls = .open
            return .readCounters
        }
    }

    /// All bytes that had arrived were read. After this event the connection may close because of a failed write, or
    /// because both halves have ended.
    func arrivalsRead() -> Action {
        outputHasEnded || isWriting ? .readCounters : .goOn
    }

    // MARK: The end

    /// Our half is closed.
    mutating func outputEnded() {
        outputHasEnded = true
    }

    /// The connection broke, or the server ended it without a TLS closing alert, so it cannot receive ours.
    mutating func peerLost() {
        hasLostPeer = true
    }

    /// A read from the socket failed: the connection was reset.
    mutating func wireBroke() -> Action {
        isBroken = true
        hasLostPeer = true
        return .readCounters
    }

    /// TLS has written its closing alert and closes the connection.
    mutating func tlsCloses() -> Action {
        outputHasEnded = true
        return .readCounters
    }

    /// The client closes both halves.
    func closes() -> Action {
        tls == .none || hasLostPeer ? .close : .closeAfterAlert
    }
}

/// Decides when the kernel's counters of a client's connection are read, and how the connection is closed.
///
/// A closed socket has no counters, and a channel closes its socket without another event after a reset, once both halves
/// are shut, and when a write fails. So the counters are read on every occasion that may be the last one.
struct ClientConnectionLife {
    /// What the driver does next.
    enum Action: Equatable {
        case goOn
        case readCounters
        /// Read the counters and close at once.
        case close
        /// Have TLS send its closing alert, read the counters, and close without waiting for the server's alert.
        case closeAfterAlert
    }

    private enum TLSPhase {
        case none
        case handshake
        /// The handshake is done; its last bytes have not been followed by others.
        case established
        case open
    }

    private var tls: TLSPhase
    private let readsBeforeWrites: Bool
    private var isWriting = false
    private var outputHasEnded = false
    private var hasLostPeer = false

    /// - Parameters:
    ///   - isEncrypted: Whether TLS lies between the connection and its socket.
    ///   - readsBeforeWrites: Whether to read the counters before each write, because nothing tells of one that fails.
    init(isEncrypted: Bool, readsBeforeWrites: Bool) {
        tls = isEncrypted ? .handshake : .none
        self.readsBeforeWrites = readsBeforeWrites
    }

    /// Whether a connection in state CLOSE was ended in order. If the peer ended it while our half was open, only a reset
    /// leads to that state.
    var isOrderlyEnd: Bool { outputHasEnded }

    // MARK: What passes

    mutating func handshakeCompleted() {
        tls = .established
    }

    /// Bytes are handed to the socket, or to TLS.
    mutating func writeBegins() -> Action {
        guard readsBeforeWrites else { return .goOn }
        isWriting = true
        return .readCounters
    }

    /// They were taken, or the write failed.
    mutating func writeEnded() {
        isWriting = false
    }

    /// TLS hands bytes to the socket. While a connection opens it is not rare that it breaks under a write; the first
    /// write after the handshake is the last occasion to see what the handshake's end took.
    mutating func tlsWriteBegins() -> Action {
        switch tls {
        case .none, .open: return .goOn
        case .handshake: return .readCounters
        case .established:
            tls = .open
            return .readCounters
        }
    }

    /// Everything that had arrived was read. A write that fails closes the connection after that, as both halves' end does.
    func arrivalsRead() -> Action {
        outputHasEnded || isWriting ? .readCounters : .goOn
    }

    // MARK: The end

    /// Our half is closed.
    mutating func outputEnded() {
        outputHasEnded = true
    }

    /// The connection broke, or the server ended it without TLS' closing alert: nobody is there for ours.
    mutating func peerLost() {
        hasLostPeer = true
    }

    /// The connection broke below TLS.
    func wireBroke() -> Action {
        .readCounters
    }

    /// TLS has written its closing alert and closes the connection.
    mutating func tlsCloses() -> Action {
        outputHasEnded = true
        return .readCounters
    }

    /// The client wants both halves closed.
    func closes() -> Action {
        tls == .none || hasLostPeer ? .close : .closeAfterAlert
    }
}

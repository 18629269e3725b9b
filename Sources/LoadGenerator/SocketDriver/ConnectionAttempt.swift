/// Decides whether a connection opens or is given up: what comes first counts.
///
/// If the kernel connects at the time limit of the attempt, SwiftNIO reports a failure, then an active channel, and
/// closes it. The clients of the attempt must try again once: after the failure, or after the end of the connection.
struct ConnectionAttempt {
    private enum State {
        case underWay
        case open
        case abandoned
    }

    private var state = State.underWay

    /// Whether the attempt has failed: what its channel still reports concerns no client.
    var isAbandoned: Bool { state == .abandoned }

    /// - Returns: Whether the connection serves its clients; otherwise it has to be closed.
    mutating func opens() -> Bool {
        if state == .underWay { state = .open }
        return state == .open
    }

    /// - Returns: Whether the clients have to try again now; otherwise they do when the connection ends.
    mutating func fails() -> Bool {
        guard state == .underWay else { return false }
        state = .abandoned
        return true
    }
}

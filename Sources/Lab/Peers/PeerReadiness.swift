import Host

/// Decides whether a third-party server that was started is ready.
struct PeerReadiness: Sendable {
    /// What the lab sees of the server.
    struct Sight {
        var hasEnded = false
        /// Whether a line of its output has matched.
        var hasLine = false
        /// The sockets on which its processes listen.
        var sockets: [ListeningSocket] = []
        /// Whether a process listens on its port, which may be another program's.
        var isPortTaken = false
        var isLate = false
    }

    enum Step: Equatable {
        case wait
        case ready
        case failed(PeerFault)
    }

    /// What a server that is late lacks.
    enum Lack: Equatable, Sendable {
        case socket
        case line(String)
        case portOfOthers(Int)
        case otherAddress(Int)

        var text: String {
            switch self {
            case .socket: "it listens on no port"
            case .line(let pattern): "no line of its output matches \(pattern)"
            case .portOfOthers(let port): "another program listens on its port \(port)"
            case .otherAddress(let port): "it listens on port \(port), but not at 127.0.0.1"
            }
        }
    }

    let rule: PeerProgram.ReadyRule
    let port: Int
    let timeout: Duration

    func step(_ sight: Sight) -> Step {
        // Its exit status and its last line are known later.
        if sight.hasEnded { return .failed(.endedBeforeReady(how: "", complaint: "")) }
        let listens = sight.sockets.contains { $0.port == port && $0.isOnLoopback }
        if listens, hasLine(sight) { return .ready }
        if !sight.isLate { return .wait }
        if listens, case .line(let pattern) = rule { return .failed(.notReady(.line(pattern), timeout: timeout)) }
        return .failed(faultOfPort(sight))
    }

    private func hasLine(_ sight: Sight) -> Bool { rule == .port || sight.hasLine }

    private func faultOfPort(_ sight: Sight) -> PeerFault {
        let ports = Set(sight.sockets.map(\.port)).sorted()
        if ports.contains(port) { return .notReady(.otherAddress(port), timeout: timeout) }
        if sight.isPortTaken { return .notReady(.portOfOthers(port), timeout: timeout) }
        if !ports.isEmpty { return .ignoresPort(port, listening: ports, timeout: timeout) }
        return .notReady(.socket, timeout: timeout)
    }
}

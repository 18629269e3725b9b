import ResultFiles
import Transports

/// After how many items a WebSocket's opening handshake has cost less than what it saves.
enum Payback {
    /// A sentence for each WebSocket case that met others; empty if none did.
    static func sentences(_ told: [Told]) -> [String] {
        let sockets = told.filter { $0.result.transport == WebSocketPush.name }
        let others = told.filter { $0.result.transport != WebSocketPush.name }
        guard !others.isEmpty else { return [] }
        return sockets.compactMap { sentence($0, against: alike($0, among: others)) }
    }

    // Like is compared with like: of the same name, else carried by the same HTTP and as encrypted, where there are
    // such.
    private static func alike(_ socket: Told, among others: [Told]) -> [Told] {
        let carried = others.filter { other in
            guard let own = socket.result.bytes.rows.first, let row = other.result.bytes.rows.first else {
                return false
            }
            return own.tls == row.tls && (row.httpVersion == nil || own.httpVersion == row.httpVersion)
        }
        let variant = socket.result.variant
        let named = variant.isEmpty ? [] : carried.filter { $0.result.variant == variant }
        return !named.isEmpty ? named : carried.isEmpty ? others : carried
    }

    private static func sentence(_ socket: Told, against others: [Told]) -> String? {
        guard let setup = socket.result.bytes.median(\.setupBytesPerClient), setup > 0 else { return nil }
        // Transports with the same verdict share a clause.
        var clauses: [(verdict: String, names: [String])] = []
        for other in others {
            guard let verdict = verdict(socket, setup: setup, against: other) else { continue }
            if let index = clauses.firstIndex(where: { $0.verdict == verdict }) {
                clauses[index].names.append(other.name)
            } else {
                clauses.append((verdict, [other.name]))
            }
        }
        guard !clauses.isEmpty else { return nil }
        return "The handshake of \(socket.name) (\(Figure.significant(setup)) bytes a client) "
            + clauses.map { "\($0.verdict) compared with \(Figure.list($0.names))" }.joined(separator: "; it ") + "."
    }

    private static func verdict(_ socket: Told, setup: Double, against other: Told) -> String? {
        guard let otherSetup = other.result.bytes.median(\.setupBytesPerClient) else { return nil }
        let saved = other.overhead - socket.overhead
        let extra = setup - otherSetup
        if extra <= 0 { return "costs no more to set up" }
        // A number of items beyond any run says "never" more honestly than a division by almost nothing.
        let items = (extra / saved).rounded(.up)
        guard saved > 0, items < 1e9 else {
            return
                "is never paid back, as \(socket.result.words.one) costs no less,"
        }
        return "is paid back after \(Figure.counted(Int(items), socket.result.words.noun))"
    }
}

import ResultFiles
import Transports

/// The number of items after which the bytes that WebSocket saves per item exceed its larger setup, and whether it
/// also took less on the wire, where TCP/IP headers count.
enum BreakEven {
    private static let most = 2
    private static let mostClauses = 4

    /// One sentence per WebSocket case; empty without cases of other transports on the same server.
    static func sentences(_ quoted: [QuotedCase]) -> [String] {
        let sockets = quoted.filter { $0.result.transport == WebSocketPush.name }
        let others = quoted.filter { $0.result.transport != WebSocketPush.name }
        guard !others.isEmpty else { return [] }
        let sentences = sockets.compactMap { socket in
            let own = others.filter { $0.result.server == socket.result.server }
            return sentence(socket, against: comparableCases(to: socket, among: own))
        }
        if sentences.count <= most { return sentences }
        return sentences.prefix(most) + [
            "The table has the set-up of \(Figure.counted(sentences.count - most, "more use")) of WebSocket."
        ]
    }

    // Cases with the same variant; otherwise cases with the same HTTP version and encryption; otherwise all.
    private static func comparableCases(to socket: QuotedCase, among others: [QuotedCase]) -> [QuotedCase] {
        let sameProtocol = others.filter { other in
            guard let own = socket.result.bytes.rows.first, let row = other.result.bytes.rows.first else {
                return false
            }
            return own.tls == row.tls && (row.httpVersion == nil || own.httpVersion == row.httpVersion)
        }
        let variant = socket.result.variant
        let sameVariant = variant.isEmpty ? [] : sameProtocol.filter { $0.result.variant == variant }
        if !sameVariant.isEmpty { return sameVariant }
        return sameProtocol.isEmpty ? others : sameProtocol
    }

    private static func sentence(_ socket: QuotedCase, against others: [QuotedCase]) -> String? {
        guard let setup = socket.result.bytes.median(\.setupBytesPerClient), setup > 0 else { return nil }
        // Transports with the same break-even share a clause.
        var clauses: [(verdict: String, wire: String, names: [String])] = []
        for other in others {
            guard let (verdict, isLess) = verdict(socket, setup: setup, against: other) else { continue }
            let wire = wire(socket, against: other, expectsLess: isLess)
            if let index = clauses.firstIndex(where: { $0.verdict == verdict && $0.wire == wire }) {
                clauses[index].names.append(other.name)
            } else {
                clauses.append((verdict, wire, [other.name]))
            }
        }
        guard !clauses.isEmpty else { return nil }
        return "The handshake of \(socket.name) (\(Figure.significant(setup)) bytes per client) "
            + clauses.prefix(mostClauses).map { "\($0.verdict) \(Figure.list($0.names, most: 6))\($0.wire)" }.joined(
                separator: "; it ")
            + (clauses.count > mostClauses ? "; \(clauses.count - mostClauses) more comparisons differ." : ".")
    }

    /// The verdict up to the name of the other transport, and whether WebSocket needs less in this run by it.
    private static func verdict(
        _ socket: QuotedCase, setup: Double, against other: QuotedCase
    ) -> (text: String, isLess: Bool)? {
        guard let otherSetup = other.result.bytes.median(\.setupBytesPerClient) else { return nil }
        let saved = other.overhead - socket.overhead
        let extra = setup - otherSetup
        let noun = socket.result.terms.noun
        if extra <= 0 { return ("needs no more bytes than the connection setup of", saved > 0) }
        // If almost nothing is saved per item, the quotient is larger than any run: "never" is more honest.
        let items = (extra / saved).rounded(.up)
        guard saved > 0, items < 1e9 else { return ("never breaks even compared with", false) }
        let received = socket.result.bytes.median(\.itemsPerClient) ?? items
        return ("breaks even after \(Figure.counted(Int(items), noun)) compared with", items <= received)
    }

    /// What the wire says if it says something else; empty if it agrees, is unknown, or if the items differ.
    private static func wire(_ socket: QuotedCase, against other: QuotedCase, expectsLess: Bool) -> String {
        guard let own = socket.wire, let its = other.wire,
            let received = socket.result.bytes.median(\.itemsPerClient),
            let otherReceived = other.result.bytes.median(\.itemsPerClient), otherReceived > 0,
            (0.95...1.05).contains(received / otherReceived), (own < its) != expectsLess
        else { return "" }
        let noun = socket.result.terms.noun
        let figures = "\(Figure.significant(own)) bytes per \(noun) against \(Figure.significant(its))"
        let place = "on the wire, TCP/IP headers included, \(socket.name) took"
        return expectsLess
            ? " – but \(place) more in this run: \(figures)" : " – but \(place) less in this run: \(figures)"
    }
}

import LoadGenerator
import Transports
import WireAccounting

/// Decides whether the clients of a live view still receive from the server of the start. Pure.
///
/// A server that ends closes all connections. So the items of another server come only on new connections, and only
/// after a new connection the server's identity has to be requested.
struct ServerContinuity: Sendable {
    /// `nil` for a server that does not report its identity; then nothing is in doubt.
    private let server: ServerIdentity?
    // Connections of each client, open and closed, up to which the server is known to be the same.
    private var confirmed: [Int64] = []

    init(_ server: ServerIdentity?) {
        self.server = server
    }

    func isInDoubt(_ progress: [FleetProgress]) -> Bool {
        server != nil && progress.map(\.kernel.connections) != confirmed
    }

    /// - Returns: Whether this is the server of the start; then the progress is not in doubt.
    mutating func confirms(_ progress: [FleetProgress], by answer: ServerIdentity) -> Bool {
        guard let server, answer.hasFeed(of: server) else { return false }
        confirmed = progress.map(\.kernel.connections)
        return true
    }
}

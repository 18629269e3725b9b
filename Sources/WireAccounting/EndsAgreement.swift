/// Compares what the kernel counted at the two ends of the same connections: the server's is a witness of its own.
package struct EndsAgreement: Sendable, Hashable {
    /// A sentence for each direction in which the ends differ; empty when they agree.
    package let complaints: [String]

    /// - Parameters:
    ///   - client: Read at the clients' ends, seen from there.
    ///   - server: Read at the server's ends of the same connections, likewise seen from the clients.
    package init(client: KernelCount, server: KernelCount) {
        complaints = Direction.allCases.compactMap { direction in
            let (ours, theirs) = (client.bytes(direction), server.bytes(direction))
            if ours == theirs { return nil }
            return "\(direction.rawValue): the kernel counted \(ours) B at the clients' ends of "
                + "\(client.connections) connections and \(theirs) B at the server's of \(server.connections)."
        }
    }
}

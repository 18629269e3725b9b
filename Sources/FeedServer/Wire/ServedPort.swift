/// A port that the server serves: what all of its connections share.
final class ServedPort: Sendable {
    private let router: RequestRouter
    private let occupancy: Occupancy
    /// Counts the bytes of the port's connections; `nil` counts nothing.
    private let lanes: LaneRegistry?
    private let isEncrypted: Bool

    init(_ router: RequestRouter, occupancy: Occupancy, lanes: LaneRegistry?, isEncrypted: Bool) {
        self.router = router
        self.occupancy = occupancy
        self.lanes = lanes
        self.isEncrypted = isEncrypted
    }

    /// Takes a place for a new connection; give it back with ``leave()``.
    ///
    /// - Parameters:
    ///   - descriptor: Number of the connection's socket; -1 if it is closed already.
    ///   - loop: The connection's event loop, which must be the current one.
    /// - Returns: What serves the connection; `nil` if it must be closed at once.
    func admit(descriptor: Int, on loop: FeedLoop) -> ConnectionHandler? {
        let general = occupancy.admitConnection(descriptor: descriptor)
        let admission = max(general, lanes?.occupancy.admitConnection() ?? .served)
        if admission == .dropped {
            loop.feed.counters.refusedConnections += 1
            return nil
        }
        let full = general == .served ? lanes?.occupancy : occupancy
        return ConnectionHandler(
            loop: loop, router: router, refusal: admission == .refused ? full?.refusal : nil,
            tap: lanes.map { LaneTap(loop: loop, lanes: $0, encrypted: isEncrypted) })
    }

    /// A connection that ``admit(descriptor:on:)`` has seen is gone, or was closed at once.
    func leave() {
        occupancy.leavePlace()
        lanes?.occupancy.leavePlace()
    }
}

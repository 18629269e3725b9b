import HTTP
import Host
import Measurement
import Synchronization

/// The lanes of all event loops, and the settings of the lane ports.
final class LaneRegistry: Sendable {
    /// The connections of all lane ports.
    let occupancy: Occupancy
    private let roster = Mutex(LaneRoster<Lane>())
    private let compression = Atomic<Bool>(false)

    /// - Parameter mostConnections: Connections of all lane ports together.
    init(mostConnections: Int) {
        occupancy = Occupancy("the lane ports have reached their", maximumPlaces: mostConnections)
    }

    /// Whether lane ports compress poll responses and accept permessage-deflate.
    var compresses: Bool {
        get { compression.load(ordering: .relaxed) }
        set { compression.store(newValue, ordering: .relaxed) }
    }

    /// The lane of this name, which has one more connection; a new one if the name is new.
    ///
    /// - Throws: ``RequestFault`` (503) if there are too many.
    func join(_ id: String) throws(RequestFault) -> Lane {
        let lane = roster.withLock { $0.join(id, at: MonotonicClock.now()) { Lane(id) } }
        guard let lane else {
            throw RequestFault(
                .serviceUnavailable,
                """
                the server has \(LaneRoster<Lane>.maximum) lanes with open connections, which is its maximum; close \
                other tabs
                """)
        }
        return lane
    }

    /// - Throws: ``RequestFault`` (404) for an unknown lane.
    func find(_ id: String) throws(RequestFault) -> Lane {
        if let lane = roster.withLock({ $0.find(id, at: MonotonicClock.now()) }) { return lane }
        throw RequestFault(.notFound, "no connection of a lane port has named the lane '\(id.prefix(64))'")
    }

    func connectionLeft(_ lane: Lane) {
        roster.withLock { $0.connectionLeft(lane.id, at: MonotonicClock.now()) }
    }

    func openConnections(of lane: Lane) -> Int { roster.withLock { $0.openConnections(of: lane.id) } }
}

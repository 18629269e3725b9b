import LoadGenerator
import Measurement

/// What a live view shows: the progress of each lane, and when its items arrived.
package struct WatchState: Sendable {
    struct Lane: Sendable {
        /// The transport's name.
        let name: String
        fileprivate(set) var progress = FleetProgress()
        /// Items per frame, oldest first.
        fileprivate(set) var arrivals: [Int] = []
    }

    /// Time between two frames.
    package static let frame = Duration.milliseconds(100)
    /// Frames kept; no screen is wider.
    static let keptFrames = 1_000

    /// The server's base address.
    let address: String
    /// The server's feed; empty if it does not report one.
    private(set) var feed: String
    /// How often the server was restarted; after each restart all figures begin again.
    private(set) var restarts = 0
    private(set) var lanes: [Lane]
    /// When the last progress was taken.
    package private(set) var now: MonotonicInstant
    private var began: MonotonicInstant

    /// Takes the names of the transports, in the order of the progress that follows.
    package init(address: String, feed: String, lanes: [String], began: MonotonicInstant) {
        self.address = address
        self.feed = feed
        self.lanes = lanes.map { Lane(name: $0) }
        self.began = began
        now = began
    }

    /// Since the start, or since the lanes began again.
    var elapsed: Duration { now - began }

    /// The server was restarted, so all lanes begin again.
    package mutating func restart(feed: String, at now: MonotonicInstant) {
        (began, self.now, self.feed) = (now, now, feed)
        lanes = lanes.map { Lane(name: $0.name) }
        restarts += 1
    }

    /// Nothing new is known of any lane.
    package mutating func wait(until now: MonotonicInstant) { take(lanes.map(\.progress), at: now) }

    /// Takes the progress of all lanes, in their order.
    package mutating func take(_ progress: [FleetProgress], at now: MonotonicInstant) {
        self.now = now
        for (index, progress) in zip(lanes.indices, progress) {
            let arrived = Int(clamping: progress.received) - Int(clamping: lanes[index].progress.received)
            lanes[index].arrivals.append(max(0, arrived))
            if lanes[index].arrivals.count > Self.keptFrames { lanes[index].arrivals.removeFirst() }
            lanes[index].progress = progress
        }
    }
}

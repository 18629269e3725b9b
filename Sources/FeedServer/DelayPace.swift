import Measurement

/// The pace of a server with a known time per item and client, for tests of the lab.
///
/// One event loop delivers one item to one client per delay D: beyond 10 ms, neither the server's own work, as long as
/// it takes less than D per item, nor a pause of the machine changes this rate. So N clients that each receive r items
/// per second are carried if N · r < 1/D per event loop, whatever the transport. Beyond that the items fall behind by
/// N · r · D − 1 seconds per second.
struct DelayPace: Sendable, Equatable {
    private let delay: Duration
    private var end = MonotonicInstant(nanoseconds: .min)

    // Time that the server may catch up. It must be short, so that every item still takes its time.
    static let credit = Duration.milliseconds(10)

    init(_ delay: Duration) {
        self.delay = delay
    }

    /// When items that the server begins to work on now may be sent.
    mutating func end(of items: Int, from now: MonotonicInstant) -> MonotonicInstant {
        end = max(end, now - Self.credit) + delay * items
        return end
    }
}

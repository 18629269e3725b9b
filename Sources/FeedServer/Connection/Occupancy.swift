import Synchronization

/// How many clients the whole server has, over all its loops.
///
/// A place belongs to a connection, and to each stream of HTTP/2 beyond the first of its connection.
final class Occupancy: Sendable {
    let maximumPlaces: Int
    let maximumSubscribers: Int

    private let places = Atomic<Int>(0)
    private let subscribers = Atomic<Int>(0)

    init(maximumPlaces: Int, maximumSubscribers: Int) {
        self.maximumPlaces = maximumPlaces
        self.maximumSubscribers = maximumSubscribers
    }

    /// Takes a place in any case; give it back by ``leavePlace()``.
    ///
    /// - Returns: How many are taken.
    func countPlace() -> Int { places.add(1, ordering: .relaxed).newValue }

    /// Takes a place in any case; give it back by ``leavePlace()``.
    ///
    /// - Returns: Whether it is within the maximum.
    func takePlace() -> Bool { countPlace() <= maximumPlaces }

    func leavePlace() { places.subtract(1, ordering: .relaxed) }

    /// - Returns: Whether there was room; only then give it back, by ``leaveSubscription()``.
    func takeSubscription() -> Bool {
        if subscribers.add(1, ordering: .relaxed).newValue <= maximumSubscribers { return true }
        leaveSubscription()
        return false
    }

    func leaveSubscription() { subscribers.subtract(1, ordering: .relaxed) }
}

import Synchronization

/// How many clients the whole server has, over all its loops.
///
/// A place belongs to a connection, and to each stream of HTTP/2 beyond the first of its connection.
final class Occupancy: Sendable {
    /// What becomes of a new connection.
    enum Admission {
        case served
        /// Its first request is answered 503.
        case refused
        /// It is closed at once: those that wait for their 503 must not use up the descriptors.
        case dropped
    }

    /// Connections beyond the maximum that may wait for their 503.
    static let refusedAtOnce = 16
    /// Accepted connections that no loop has looked at yet.
    static let unseenAtOnce = 16
    /// Descriptors that connections leave alone: to stop, to read `/proc`, for threads of the runtime.
    static let reservedDescriptors = 16

    let maximumPlaces: Int
    let maximumSubscribers: Int

    private let highestDescriptor: Int
    private let unseen = Atomic<Int>(0)
    private let places = Atomic<Int>(0)
    private let subscribers = Atomic<Int>(0)

    /// `descriptorLimit`: how many descriptors the process may have; they are numbered from 0, the lowest free one
    ///   first.
    init(maximumPlaces: Int, maximumSubscribers: Int, descriptorLimit: UInt64) {
        self.maximumPlaces = maximumPlaces
        self.maximumSubscribers = maximumSubscribers
        highestDescriptor = Int(clamping: descriptorLimit) - 1 - Self.reservedDescriptors
    }

    // MARK: Connections

    /// The listening socket has given a connection.
    ///
    /// - Returns: Whether it may give more before the loops have looked at these.
    func connectionAccepted() -> Bool {
        unseen.add(1, ordering: .relaxed).newValue < Self.unseenAtOnce
    }

    /// A loop looks at an accepted connection, which takes a place in any case; give it back by ``leavePlace()``.
    ///
    /// `descriptor`: of its socket.
    func admitConnection(descriptor: Int) -> Admission {
        unseen.subtract(1, ordering: .relaxed)
        let taken = places.add(1, ordering: .relaxed).newValue
        if descriptor > highestDescriptor || taken > maximumPlaces + Self.refusedAtOnce { return .dropped }
        return taken <= maximumPlaces ? .served : .refused
    }

    /// A stream takes a place in any case; give it back by ``leavePlace()``.
    ///
    /// - Returns: Whether it is within the maximum.
    func takePlace() -> Bool { places.add(1, ordering: .relaxed).newValue <= maximumPlaces }

    func leavePlace() { places.subtract(1, ordering: .relaxed) }

    // MARK: Subscribers

    /// - Returns: Whether there was room; only then give it back, by ``leaveSubscription()``.
    func takeSubscription() -> Bool {
        if subscribers.add(1, ordering: .relaxed).newValue <= maximumSubscribers { return true }
        leaveSubscription()
        return false
    }

    func leaveSubscription() { subscribers.subtract(1, ordering: .relaxed) }
}

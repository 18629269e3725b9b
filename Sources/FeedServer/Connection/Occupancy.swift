import Synchronization

/// Counts the clients of the whole server, over all its loops.
///
/// Each connection takes a place, and so does each HTTP/2 stream after the first of its connection.
final class Occupancy: Sendable {
    /// How a new connection is treated.
    enum Admission {
        case served
        /// Its first request is answered 503.
        case refused
        /// It is closed at once: connections that wait for their 503 must not use up the descriptors.
        case dropped
    }

    /// Connections beyond the maximum that may wait for their 503.
    static let refusedAtOnce = 16
    /// Accepted connections that may wait for their loop.
    static let unseenAtOnce = 16
    /// Descriptors that connections must not use: the server needs them to stop, to read `/proc`, and for threads.
    static let reservedDescriptors = 16

    let maximumPlaces: Int
    let maximumSubscribers: Int

    private let highestDescriptor: Int
    private let unseen = Atomic<Int>(0)
    private let places = Atomic<Int>(0)
    private let subscribers = Atomic<Int>(0)

    /// `descriptorLimit`: descriptors that the process may open. The system assigns the lowest free number, from 0.
    init(maximumPlaces: Int, maximumSubscribers: Int, descriptorLimit: UInt64) {
        self.maximumPlaces = maximumPlaces
        self.maximumSubscribers = maximumSubscribers
        highestDescriptor = Int(clamping: descriptorLimit) - 1 - Self.reservedDescriptors
    }

    // MARK: Connections

    /// The listening socket has accepted a connection.
    ///
    /// - Returns: Whether it may accept more before the loops have handled these.
    func connectionAccepted() -> Bool {
        unseen.add(1, ordering: .relaxed).newValue < Self.unseenAtOnce
    }

    /// A loop handles an accepted connection. It always takes a place; release it with ``leavePlace()``.
    ///
    /// `descriptor`: number of the connection's socket.
    func admitConnection(descriptor: Int) -> Admission {
        unseen.subtract(1, ordering: .relaxed)
        let taken = places.add(1, ordering: .relaxed).newValue
        if descriptor > highestDescriptor || taken > maximumPlaces + Self.refusedAtOnce { return .dropped }
        return taken <= maximumPlaces ? .served : .refused
    }

    /// Takes a place for a stream, always; release it with ``leavePlace()``.
    ///
    /// - Returns: Whether the stream is within the maximum.
    func takePlace() -> Bool { places.add(1, ordering: .relaxed).newValue <= maximumPlaces }

    func leavePlace() { places.subtract(1, ordering: .relaxed) }

    // MARK: Subscribers

    /// - Returns: Whether there was room; if so, release it with ``leaveSubscription()``.
    func takeSubscription() -> Bool {
        if subscribers.add(1, ordering: .relaxed).newValue <= maximumSubscribers { return true }
        leaveSubscription()
        return false
    }

    func leaveSubscription() { subscribers.subtract(1, ordering: .relaxed) }
}

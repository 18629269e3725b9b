import Synchronization

/// Counts the clients of the whole server, or of all lane ports, over all its loops.
///
/// Each connection takes a place, and so does each HTTP/2 stream after the first of its connection.
final class Occupancy: Sendable {
    /// How a new connection is treated.
    enum Admission: Comparable {
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
    /// The sentence for a client that finds no place.
    let refusal: String
    let maximumSubscribers: Int

    private let highestDescriptor: Int
    private let unseen = Atomic<Int>(0)
    private let places = Atomic<Int>(0)
    private let subscribers = Atomic<Int>(0)

    /// - Parameters:
    ///   - subject: What has this maximum, as the beginning of ``refusal``.
    ///   - maximumPlaces: Connections, and HTTP/2 streams after the first of a connection.
    ///   - maximumSubscribers: Exchanges that wait for items.
    ///   - descriptorLimit: Descriptors that the process may open. The system assigns the lowest free number, from 0.
    init(
        _ subject: String = "the server has reached its", maximumPlaces: Int, maximumSubscribers: Int = .max,
        descriptorLimit: UInt64 = .max
    ) {
        refusal = "\(subject) maximum of \(maximumPlaces) connections"
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
        return max(admitConnection(), descriptor > highestDescriptor ? .dropped : .served)
    }

    /// The same for a connection that another count has seen already.
    func admitConnection() -> Admission {
        let taken = places.add(1, ordering: .relaxed).newValue
        if taken > maximumPlaces + Self.refusedAtOnce { return .dropped }
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

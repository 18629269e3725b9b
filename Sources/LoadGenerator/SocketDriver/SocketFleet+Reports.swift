import Host
import Measurement
import NIOCore
import Transports
import WireAccounting

/// What connections and clients report to the driver.
extension SocketFleet {
    // A message sent later than this after its due time counts as late.
    private static let lateness = Duration.milliseconds(1)

    // MARK: Called by connections

    func connectionBegun() {
        counts.connects += 1
    }

    func connectionOpened(_ connection: any FleetConnection) {
        connections[ObjectIdentifier(connection)] = connection
    }

    func bookCounters(_ count: KernelCount?) {
        if let count { kernel.merge(count) } else { unreadCounters += 1 }
    }

    func connectionClosed(_ connection: any FleetConnection) {
        connections[ObjectIdentifier(connection)] = nil
        if isFinishing, connections.isEmpty { whenAllClosed?.succeed() }
    }

    // MARK: Called by clients

    func clientConnected(_ client: SocketClient) {
        clients[client.index] = client
    }

    func firstItemReceived(_ client: SocketClient) {
        delays[client.index].succeeded()
    }

    func handshakeDone(compression: String?) {
        if let compression { compressions.insert(compression) }
        // The opening handshake is the only request of such a client.
        counts.requests += 1
        openCount += 1
        if openCount == plan.clients { connectedAt = MonotonicClock.now() }
    }

    /// The client's next message is due at that instant.
    func wake(_ client: SocketClient, at due: MonotonicInstant) {
        sendTimer.wake(client.index, at: due)
    }

    /// A message was handed to its channel.
    ///
    /// - Parameters:
    ///   - due: When it was due.
    ///   - lag: How late it was sent, without the time in which the connection was not writable.
    func messageSent(due: MonotonicInstant, lag: Duration) {
        if due >= plan.times.windowStart, due < plan.times.windowEnd { scheduleLag.record(lag) }
        if lag > Self.lateness { counts.lateSends += 1 }
    }

    func clientClosed(_ client: SocketClient) {
        clients[client.index] = nil
        if isFinishing { return }
        if client.isLeaving {
            hasLeft.insert(client.index)
            return connect(client.index, attempt: client.attempt + 1, after: lifetimes?.away ?? .zero)
        }
        // An orderly end was reported as an event, such as a gap, and is not an error here.
        if !client.endedOrderly {
            recorder.ended(
                .broken, "the server ended a connection", client: client.index, at: MonotonicClock.now())
        }
        retry(client.index, attempt: client.attempt)
    }
}

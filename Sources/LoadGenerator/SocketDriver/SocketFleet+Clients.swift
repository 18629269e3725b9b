import Host
import Measurement
import NIOCore
import Transports

/// Clients that connect, leave and come back.
extension SocketFleet {
    func connect(_ client: Int, attempt: UInt64, after delay: Duration) {
        eventLoop.scheduleTask(in: .nanoseconds(max(0, delay.nanoseconds))) {
            if !self.isFinishing { self.connectNow(client, attempt: attempt) }
        }
    }

    private func connectNow(_ client: Int, attempt: UInt64) {
        if hasLeft.remove(client) != nil { cameBack(client) }
        let cursor = recorder.highestReceived(client: client)
        let listener = makeListener(setups.setup(of: client, cursor: cursor, attempt: attempt))
        open(PendingClient(index: client, attempt: attempt, listener: listener))
    }

    /// A client could not connect to the server.
    func retry(_ client: PendingClient) {
        retry(client.index, attempt: client.attempt)
    }

    func retry(_ client: Int, attempt: UInt64) {
        connect(client, attempt: attempt + 1, after: delays[client].next())
    }

    // MARK: Leaving

    func scheduleLeaving(_ client: Int, at end: MonotonicInstant?) {
        guard let end else { return }
        let wait = max(0, (end - MonotonicClock.now()).nanoseconds)
        eventLoop.scheduleTask(in: .nanoseconds(wait)) { self.leave(client) }
    }

    /// A client whose connection is not open leaves later.
    private func leave(_ index: Int) {
        if isFinishing { return }
        let now = MonotonicClock.now()
        guard let client = clients[index], client.isOpen else {
            return scheduleLeaving(index, at: lifetimes?.nextEnd(of: index, after: now))
        }
        recorder.left(client: index, at: now)
        client.leave()
    }

    private func cameBack(_ client: Int) {
        let now = MonotonicClock.now()
        recorder.cameBack(client: client, at: now)
        scheduleLeaving(client, at: lifetimes?.nextEnd(of: client, after: now))
    }
}

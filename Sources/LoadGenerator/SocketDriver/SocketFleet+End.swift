import Host
import Measurement
import NIOCore
import WireAccounting

/// The end of a fleet: all connections are closed, and what was counted becomes a record.
extension SocketFleet {
    func closeAll() -> EventLoopFuture<Void> {
        isFinishing = true
        for connection in Array(connections.values) { connection.readFreely() }
        let now = MonotonicClock.now()
        heartbeat.beat(at: now)
        for client in clients.values
        where client.isWithinItem && !recorder.hasReceived(client: client.index) {
            rules.waitsForEndOfFirstItem()
        }
        for client in clients.values where !client.isOpen { rules.awaitsHandshake(since: client.began, at: now) }
        let promise = eventLoop.makePromise(of: Void.self)
        whenAllClosed = promise
        for client in Array(clients.values) { client.finish() }
        for connection in Array(connections.values) { connection.finishStreams() }
        if connections.isEmpty { promise.succeed() }
        awaitClosing(ClosingPatience(open: connections.count))
        return promise.futureResult
    }

    private func awaitClosing(_ patience: ClosingPatience) {
        let period = ClosingPatience.period + plan.times.networkAllowance
        eventLoop.scheduleTask(in: .nanoseconds(period.nanoseconds)) {
            var patience = patience
            if patience.waits(open: self.connections.count) { return self.awaitClosing(patience) }
            for connection in Array(self.connections.values) { connection.closeNow() }
        }
    }

    func report(through last: UInt64, by account: FeedAccount) -> LoadRecord {
        var record = LoadRecord()
        recorder.report(through: last, by: account, into: &record)
        record.rowObjections = rules.objections
        record.timeObjections = heartbeat.objection.map { [$0] } ?? []
        record.ledger = ledger
        record.kernel = kernel
        record.unreadCounters = unreadCounters
        record.exchanges = counts
        (record.hasContact, record.unanswered) = (openCount > 0, openCount > 0 ? 0 : plan.clients)
        record.scheduleLag = scheduleLag
        record.compressions = compressions.sorted()
        record.connectedAt = connectedAt ?? MonotonicClock.now()
        return record
    }
}

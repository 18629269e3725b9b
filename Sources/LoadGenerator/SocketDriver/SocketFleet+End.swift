import Host
import Measurement
import NIOCore
import WireAccounting

/// The end of a fleet: all connections are closed, and what was counted becomes a record.
extension SocketFleet {
    private static let closingPatience = TimeAmount.seconds(3)

    func closeAll() -> EventLoopFuture<Void> {
        isFinishing = true
        for connection in Array(connections.values) { connection.readFreely() }
        heartbeat.beat(at: MonotonicClock.now())
        for client in clients.values
        where client.isWithinItem && !recorder.hasReceived(client: client.index) {
            rules.waitsForEndOfFirstItem()
        }
        let promise = eventLoop.makePromise(of: Void.self)
        whenAllClosed = promise
        for client in Array(clients.values) { client.finish() }
        for connection in Array(connections.values) { connection.streams?.finish() }
        if connections.isEmpty { promise.succeed() }
        let allowance = TimeAmount.nanoseconds(plan.times.networkAllowance.nanoseconds)
        eventLoop.scheduleTask(in: Self.closingPatience + allowance) {
            for connection in Array(self.connections.values) { connection.closeNow() }
        }
        return promise.futureResult
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
        record.scheduleLag = scheduleLag
        record.compressions = compressions.sorted()
        record.connectedAt = connectedAt ?? MonotonicClock.now()
        return record
    }
}

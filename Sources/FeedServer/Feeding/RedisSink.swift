import Feed
import Foundation
import Host
import Measurement
import Synchronization

/// Writes each item as one entry of a Redis stream, and the feed's epoch as the key next to it.
///
/// Without Redis the items wait, up to ``SinkBacklog/mostBytes``, and the sink tries again until it is back.
package final class RedisSink: ItemSink {
    private let stream: RedisStream
    private let historyItems: Int
    private let report: @Sendable (String) -> Void
    private let isStopped = Atomic(false)
    // Guards what only the sink's thread uses: the connection, `nil` while it is lost, and the feed's epoch.
    private let state: Mutex<State>

    private struct State {
        var connection: RedisConnection?
        var epoch = StreamEpoch(monotonic: MonotonicInstant(nanoseconds: 0), unixNanoseconds: 0, boot: nil)
        var hasReportedLoss = false
    }

    package let itemsPerWrite = Int.max
    package var name: String { stream.text }

    /// Connects, so that a wrong address is rejected before the feed begins.
    ///
    /// - Parameters:
    ///   - stream: The stream, which must not exist yet.
    ///   - historyItems: Entries that Redis keeps at least.
    ///   - report: Shows one sentence to the user.
    /// - Throws: ``SinkFault`` if Redis cannot be reached.
    package init(
        to stream: RedisStream, historyItems: Int, report: @escaping @Sendable (String) -> Void
    ) throws(SinkFault) {
        (self.stream, self.historyItems, self.report) = (stream, historyItems, report)
        do throws(RedisFault) {
            state = Mutex(State(connection: try RedisConnection(to: stream)))
        } catch {
            throw SinkFault("\(stream.text): \(error)")
        }
    }

    package func stop() {
        isStopped.store(true, ordering: .relaxed)
    }

    package func begin(epoch: MonotonicInstant) throws(SinkFault) {
        let age = MonotonicClock.now() - epoch
        let record = StreamEpoch(
            monotonic: epoch, unixNanoseconds: WallClock.unixNanoseconds() - age.nanoseconds,
            boot: MonotonicClock.identity)
        let isTaken: Bool
        do throws(RedisFault) {
            isTaken = try !claim(record)
        } catch {
            throw SinkFault("\(name): \(error)")
        }
        guard isTaken else { return state.withLock { $0.epoch = record } }
        throw SinkFault(
            "\(name): the stream has a feed already; delete it first: redis-cli -h \(stream.host) "
                + "-p \(stream.port) DEL \(stream.key) \(stream.epochKey)")
    }

    /// - Returns: Whether the stream was free.
    private func claim(_ record: StreamEpoch) throws(RedisFault) -> Bool {
        let connection = try connected()
        guard try connection.command("EXISTS", stream.key) == .number(0) else { return false }
        // NX: of two programs that begin at the same time, one gets the stream.
        return try connection.command("SET", stream.epochKey, record.text, "NX") != .nothing
    }

    package func write(_ items: ArraySlice<FeedItem>, willWrite: () -> Void) throws(SinkFault) {
        var rest = items
        var isAnnounced = false
        var pause = RetryPause()
        while true {
            do throws(RedisFault) {
                let connection = try reconnected(&rest)
                if !isAnnounced { willWrite() }
                isAnnounced = true
                for item in rest { try connection.append(Self.command(item, stream, historyItems)) }
                for _ in rest { _ = try connection.reply() }
                return
            } catch {
                state.withLock { $0.connection = nil }
                guard error.isTransient else { throw SinkFault("\(name): \(error)") }
                reportLoss(error)
                try wait(pause.next())
            }
        }
    }

    static func command(_ item: FeedItem, _ stream: RedisStream, _ historyItems: Int) -> [[UInt8]] {
        let words = ["XADD", stream.key, "MAXLEN", "~", "\(historyItems)", StreamEntry.id(of: item.sequence)]
        return words.map { Array($0.utf8) } + StreamEntry.fields(of: item)
    }

    private func connected() throws(RedisFault) -> RedisConnection {
        if let connection = state.withLock({ $0.connection }) { return connection }
        let connection = try RedisConnection(to: stream)
        state.withLock { $0.connection = connection }
        return connection
    }

    /// The connection. After a loss, checks that the stream is still that of this feed, and which items it has.
    ///
    /// - Parameter rest: Items to write; those that the stream has are removed.
    /// - Returns: The open connection.
    /// - Throws: ``RedisFault`` if it cannot be opened, or if the stream has other items.
    private func reconnected(_ rest: inout ArraySlice<FeedItem>) throws(RedisFault) -> RedisConnection {
        if let connection = state.withLock({ $0.connection }) { return connection }
        let connection = try RedisConnection(to: stream)
        let epoch = state.withLock { $0.epoch }
        // Redis may have lost its data; then the stream begins with the next item.
        _ = try connection.command("SET", stream.epochKey, epoch.text, "NX")
        let identity = StreamIdentity(try connection.command("GET", stream.epochKey), epoch: epoch)
        guard identity == .same else { throw .unusable("another program writes the stream now") }
        let reply = try connection.command("XREVRANGE", stream.key, "+", "-", "COUNT", "1")
        guard let newest = RedisEntry.list(from: reply) else { throw .unreadable }
        let last = newest.first.flatMap { StreamEntry.numbers(ofID: $0.id)?.first } ?? 0
        rest = rest.drop { $0.sequence <= last }
        state.withLock { $0.connection = connection }
        if state.withLock({ $0.hasReportedLoss }) {
            report("\(name): connected again; the stream goes on after item \(last)")
            state.withLock { $0.hasReportedLoss = false }
        }
        return connection
    }

    private func reportLoss(_ fault: RedisFault) {
        if state.withLock({ $0.hasReportedLoss }) { return }
        state.withLock { $0.hasReportedLoss = true }
        report("\(name): \(fault); items wait, and the feed tries again")
    }

    private func wait(_ pause: Duration) throws(SinkFault) {
        let end = MonotonicClock.now() + pause
        while MonotonicClock.now() < end {
            if isStopped.load(ordering: .relaxed) { throw SinkFault("\(name): the feed was stopped") }
            Thread.sleep(forTimeInterval: 0.02)
        }
    }
}

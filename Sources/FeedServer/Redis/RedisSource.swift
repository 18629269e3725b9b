import Feed
import Foundation
import Measurement
import NIOCore
import Synchronization

/// Follows a Redis stream on a separate thread, and has its items published as they arrive.
///
/// Items keep the sequence and the due time of the program that writes them, so a cursor means the same on every server
/// of the stream. Without Redis the clients stay connected, and the thread tries again until it is back.
final class RedisSource: Sendable {
    private let feed: StreamFeed
    private let publisher: FeedPublisher
    private let loops: [FeedLoop]
    private let historyItems: Int
    private let isStopped = Atomic(false)

    // Entries per reply; also the items of one turn of the event loops.
    private static let batch = "256"
    // How long Redis waits for an entry, ms. After it the thread notices a stop, and another feed in the stream.
    private static let hold = "500"
    // In a broken stream every entry may be refused.
    private static let maximumComplaints = 20

    /// - Parameters:
    ///   - feed: The stream, open.
    ///   - publisher: Publishes its items.
    ///   - loops: All event loops of the server.
    ///   - historyItems: Newest items loaded at the start.
    init(_ feed: StreamFeed, publisher: FeedPublisher, loops: [FeedLoop], historyItems: Int) {
        (self.feed, self.publisher, self.loops, self.historyItems) = (feed, publisher, loops, historyItems)
    }

    /// Publishes the items that the stream keeps, and goes on to follow it.
    ///
    /// - Throws: ``StreamFault`` if the stream cannot be read.
    func start() async throws {
        let reader = Reader(feed, historyItems: historyItems, self)
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            Thread.detachNewThread {
                var reader = reader
                do throws(RedisFault) {
                    try reader.loadHistory()
                } catch {
                    return continuation.resume(throwing: StreamFault(reader.feed.stream, error.description))
                }
                continuation.resume()
                reader.follow()
            }
        }
    }

    /// The thread ends within a second; it publishes nothing more.
    func stop() {
        isStopped.store(true, ordering: .relaxed)
    }

    /// Waits until every event loop has taken the items, so that a long history does not fill the memory.
    private func publish(_ items: [FeedItem], refused: Int) {
        // The event loops may have ended.
        if isStopped.load(ordering: .relaxed) { return }
        try? publisher.eventLoop.submit { self.publisher.relay(items) }.wait()
        for loop in loops.dropFirst() { try? loop.eventLoop.submit {}.wait() }
        if refused == 0 { return }
        let loop = loops[0]
        loop.eventLoop.execute { loop.feed.counters.refusedItems += UInt64(refused) }
    }

    private func report(isConnected: Bool) {
        if isStopped.load(ordering: .relaxed) { return }
        publisher.eventLoop.execute { self.publisher.isSourceConnected = isConnected }
    }

    /// What the thread of a source works with.
    private struct Reader: Sendable {
        let feed: StreamFeed
        private let historyItems: Int
        private let source: RedisSource
        private var connection: RedisConnection?
        private var cursor = StreamCursor()
        private var complaints = 0
        private var hasReportedLoss = false

        init(_ feed: StreamFeed, historyItems: Int, _ source: RedisSource) {
            (self.feed, self.historyItems, self.source, connection) = (feed, historyItems, source, feed.connection)
        }

        private var isStopped: Bool { source.isStopped.load(ordering: .relaxed) }
        private var name: String { feed.stream.text }

        mutating func loadHistory() throws(RedisFault) {
            guard let connection else { return }
            let reply = try connection.command("XREVRANGE", feed.stream.key, "+", "-", "COUNT", "1")
            guard let newest = RedisEntry.list(from: reply) else { throw .unreadable }
            source.report(isConnected: true)
            guard let last = newest.first.flatMap({ StreamEntry.numbers(ofID: $0.id)?.first }) else { return }
            let wanted = UInt64(historyItems)
            cursor = StreamCursor(after: last > wanted ? last - wanted : 0)
            while cursor.lastNumber < last, !isStopped {
                let before = cursor
                try read(connection)
                // The stream has lost its newest entries meanwhile.
                if cursor == before { return }
            }
        }

        /// Until the source is stopped or the stream has another feed.
        mutating func follow() {
            var pause = RetryPause()
            while !isStopped {
                do throws(RedisFault) {
                    let isAgain = connection == nil
                    let current = try connected()
                    let identity = try read(current)
                    if identity == .replaced { return end() }
                    if identity == .gone { throw .unusable("the stream has no feed any more") }
                    if isAgain { restored() }
                    pause.succeeded()
                } catch {
                    lost(error)
                    wait(pause.next())
                }
            }
        }

        private mutating func connected() throws(RedisFault) -> RedisConnection {
            if let connection { return connection }
            let connection = try RedisConnection(to: feed.stream)
            self.connection = connection
            return connection
        }

        /// Reads the next entries and publishes their items; waits for one if the stream has no more.
        ///
        /// - Returns: Whose entries they are; without an epoch, or with another one, none is published.
        @discardableResult
        private mutating func read(_ connection: RedisConnection) throws(RedisFault) -> StreamIdentity {
            try connection.append("GET", feed.stream.epochKey)
            try connection.append(
                "XREAD", "COUNT", RedisSource.batch, "BLOCK", RedisSource.hold, "STREAMS", feed.stream.key,
                cursor.lastID)
            let identity = StreamIdentity(try connection.reply(), epoch: feed.record)
            guard let entries = RedisEntry.read(from: try connection.reply()) else { throw .unreadable }
            guard identity == .same else { return identity }
            var (items, refused, isOrdered) = ([FeedItem](), 0, true)
            for entry in entries where isOrdered {
                switch cursor.take(entry) {
                case .item(let item)?: items.append(item)
                case .refused(let fault)?:
                    refused += 1
                    complain(fault)
                case nil: isOrdered = false
                }
            }
            if !items.isEmpty || refused > 0 { source.publish(items, refused: refused) }
            if !isOrdered { throw .unreadable }
            return identity
        }

        private mutating func complain(_ fault: StreamEntryFault) {
            complaints += 1
            guard complaints <= RedisSource.maximumComplaints else { return }
            let rest = complaints == RedisSource.maximumComplaints ? "; further entries like it are only counted" : ""
            feed.report("\(name): entry \(cursor.lastID): \(fault); it is skipped\(rest)")
        }

        private mutating func lost(_ fault: RedisFault) {
            // The first failure only; the attempts after it fail too.
            if !hasReportedLoss {
                feed.report("\(name): \(fault); clients stay connected, and the server tries again")
            }
            hasReportedLoss = true
            connection = nil
            source.report(isConnected: false)
        }

        private mutating func restored() {
            hasReportedLoss = false
            feed.report("\(name): connected again; the feed goes on after item \(cursor.lastNumber)")
            source.report(isConnected: true)
        }

        private func end() {
            source.report(isConnected: false)
            feed.report("\(name): the stream has another feed now; restart this server to serve it")
        }

        private func wait(_ pause: Duration) {
            Thread.sleep(forTimeInterval: pause.seconds)
        }
    }
}

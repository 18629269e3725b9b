import Feed
import Host
import Measurement

/// A feed that another program writes to a Redis stream, before a server follows it.
package struct StreamFeed: Sendable {
    let stream: RedisStream
    let record: StreamEpoch
    /// The feed's epoch on this host's monotonic clock.
    let epoch: MonotonicInstant
    let connection: RedisConnection
    /// Shows one sentence to the user.
    let report: @Sendable (String) -> Void

    /// Connects and reads the feed's epoch.
    ///
    /// - Parameters:
    ///   - stream: The stream.
    ///   - report: Shows one sentence to the user, at any time while the server runs.
    /// - Returns: The feed.
    /// - Throws: ``StreamFault`` if Redis cannot be reached or the stream has no feed.
    package static func open(
        _ stream: RedisStream, report: @escaping @Sendable (String) -> Void
    ) throws(StreamFault) -> StreamFeed {
        let connection: RedisConnection
        let value: [UInt8]?
        do throws(RedisFault) {
            connection = try RedisConnection(to: stream)
            value = try connection.command("GET", stream.epochKey).text
        } catch {
            throw StreamFault(stream, error.description)
        }
        guard let value else {
            throw StreamFault(stream, "it has no feed yet; start one: pushlab feed synthetic --to \(stream.text)")
        }
        let (now, unixNow) = (MonotonicClock.now(), WallClock.unixNanoseconds())
        guard let record = StreamEpoch(String(decoding: value, as: UTF8.self)),
            let epoch = record.instant(boot: MonotonicClock.identity, now: now, unixNow: unixNow)
        else { throw StreamFault(stream, "the key \(stream.epochKey) has no epoch that PushLab can use") }
        return StreamFeed(stream: stream, record: record, epoch: epoch, connection: connection, report: report)
    }
}

/// Why a stream cannot be used, in one sentence.
package struct StreamFault: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ stream: RedisStream, _ reason: String) {
        description = "\(stream.text): \(reason)"
    }
}

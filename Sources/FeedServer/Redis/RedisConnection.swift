import CHiredis
import Feed
import Glibc
import Host
import Measurement

/// A connection to Redis whose calls block, with a time limit for each.
///
/// `@unchecked Sendable` holds because one thread at a time uses it: the one that opens it, then the one that it is
/// handed to.
final class RedisConnection: @unchecked Sendable {
    private let context: UnsafeMutablePointer<redisContext>

    /// Longest wait for a connection, and for a reply.
    static let patience = Duration.seconds(5)

    /// Connects to the server of a stream.
    ///
    /// - Throws: ``RedisFault/unreachable(_:)``.
    init(to stream: RedisStream) throws(RedisFault) {
        // hiredis writes without MSG_NOSIGNAL.
        Descriptor.ignoreBrokenPipes()
        let limit = timeval(tv_sec: Int(Self.patience.components.seconds), tv_usec: 0)
        guard let context = redisConnectWithTimeout(stream.host, Int32(stream.port), limit) else {
            throw .unreachable("there is no memory for a connection")
        }
        guard context.pointee.err == 0, redisSetTimeout(context, limit) == REDIS_OK else {
            let fault = Self.fault(of: context)
            redisFree(context)
            throw fault
        }
        self.context = context
    }

    deinit { redisFree(context) }

    /// Sends a command and waits for its reply.
    ///
    /// - Throws: ``RedisFault``; also for a reply that is an error.
    func command(_ words: String...) throws(RedisFault) -> RedisReply {
        try append(words.map { Array($0.utf8) })
        return try reply()
    }

    /// Adds a command to those that the next call of ``reply()`` sends.
    func append(_ arguments: [[UInt8]]) throws(RedisFault) {
        let lengths = arguments.map(\.count)
        let bytes = arguments.flatMap(\.self)
        guard pushlab_redis_append(context, Int32(arguments.count), bytes, lengths) == REDIS_OK else {
            throw .unreachable("there is no memory for a command")
        }
    }

    func append(_ words: String...) throws(RedisFault) {
        try append(words.map { Array($0.utf8) })
    }

    /// Sends what was appended, and waits for the reply to the oldest command without one.
    ///
    /// - Throws: ``RedisFault``; also for a reply that is an error. After any other fault than
    ///   ``RedisFault/refused(_:)`` the connection is useless.
    func reply() throws(RedisFault) -> RedisReply {
        var pointer: UnsafeMutableRawPointer?
        guard redisGetReply(context, &pointer) == REDIS_OK, let pointer else { throw Self.fault(of: context) }
        defer { freeReplyObject(pointer) }
        let value = RedisReply(pointer.assumingMemoryBound(to: redisReply.self).pointee)
        guard let value else { throw .unreadable }
        if case .error(let text) = value { throw .refused(text) }
        return value
    }

    private static func fault(of context: UnsafeMutablePointer<redisContext>) -> RedisFault {
        let text = String(cString: pushlab_redis_error(context))
        switch context.pointee.err {
        case REDIS_ERR_EOF: return .unreachable("the Redis server closed the connection")
        case REDIS_ERR_PROTOCOL: return .unreadable
        case REDIS_ERR_OOM: return .unreachable("there is no memory for a reply")
        case REDIS_ERR_IO where text.hasPrefix(Self.text(of: ECONNREFUSED)):
            return .unreachable("the connection was refused; no Redis server listens there")
        case REDIS_ERR_IO where [EAGAIN, ETIMEDOUT].contains(where: { text.hasPrefix(Self.text(of: $0)) }):
            return .unreachable("there was no answer within \(patience.components.seconds) s")
        case REDIS_ERR_IO: return .unreachable("the connection broke: \(text)")
        // hiredis reports a name without an address in this way.
        default: return .unreachable("no address is known for this host: \(text)")
        }
    }

    private static func text(of number: Int32) -> String { String(cString: strerror(number)) }
}

import CHiredis
import HTTP

/// A reply of Redis (RESP2).
enum RedisReply: Equatable {
    case text([UInt8])
    case number(Int64)
    case nothing
    case list([RedisReply])
    /// Redis refused the command, with this text.
    case error(String)

    // Deeper than any reply to the commands of this program.
    private static let deepest = 8

    /// Copies a reply of hiredis; `nil` for a type that RESP2 does not have.
    init?(_ reply: redisReply, depth: Int = 0) {
        switch reply.type {
        case REDIS_REPLY_STRING, REDIS_REPLY_STATUS: self = .text(Self.bytes(of: reply))
        case REDIS_REPLY_ERROR:
            self = .error(String(decoding: Self.bytes(of: reply).prefix(200), as: UTF8.self).printableASCII)
        case REDIS_REPLY_INTEGER: self = .number(reply.integer)
        case REDIS_REPLY_NIL: self = .nothing
        case REDIS_REPLY_ARRAY:
            guard depth < Self.deepest else { return nil }
            var elements: [RedisReply] = []
            elements.reserveCapacity(reply.elements)
            for index in 0..<reply.elements {
                guard let element = reply.element?[index], let value = RedisReply(element.pointee, depth: depth + 1)
                else { return nil }
                elements.append(value)
            }
            self = .list(elements)
        default: return nil
        }
    }

    private static func bytes(of reply: redisReply) -> [UInt8] {
        Array(UnsafeRawBufferPointer(start: reply.str, count: reply.str == nil ? 0 : reply.len))
    }

    /// The text; `nil` for another reply.
    var text: [UInt8]? { if case .text(let bytes) = self { bytes } else { nil } }

    /// The elements of a list; empty for no reply, `nil` for another one.
    var elements: [RedisReply]? {
        switch self {
        case .list(let elements): elements
        case .nothing: []
        case .text, .number, .error: nil
        }
    }
}

/// An entry of a stream as Redis replies it: `[id, [name, value, …]]`.
struct RedisEntry: Equatable {
    let id: [UInt8]
    let fields: [[UInt8]]

    init(id: [UInt8], fields: [[UInt8]]) {
        (self.id, self.fields) = (id, fields)
    }

    /// - Returns: `nil` if the reply has another form.
    init?(_ reply: RedisReply) {
        guard let parts = reply.elements, parts.count == 2, let id = parts[0].text else { return nil }
        // Redis replies nothing in place of the fields of an entry that was deleted meanwhile.
        guard let values = parts[1].elements else { return nil }
        let fields = values.compactMap(\.text)
        guard fields.count == values.count else { return nil }
        self.init(id: id, fields: fields)
    }

    /// The entries of one stream in the reply to XREAD: `[[STREAM, [entry, …]]]`, or nothing.
    ///
    /// - Returns: `nil` if the reply has another form.
    static func read(from reply: RedisReply) -> [RedisEntry]? {
        guard let streams = reply.elements else { return nil }
        guard let stream = streams.first else { return [] }
        guard streams.count == 1, let parts = stream.elements, parts.count == 2 else { return nil }
        return list(from: parts[1])
    }

    /// The entries in the reply to XRANGE and XREVRANGE: `[entry, …]`.
    ///
    /// - Returns: `nil` if the reply has another form.
    static func list(from reply: RedisReply) -> [RedisEntry]? {
        guard let replies = reply.elements else { return nil }
        let entries = replies.compactMap(RedisEntry.init)
        return entries.count == replies.count ? entries : nil
    }
}

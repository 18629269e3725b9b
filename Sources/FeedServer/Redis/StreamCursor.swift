import Feed

/// Where a reader is in a stream, and what it makes of the entries after it.
struct StreamCursor: Equatable {
    /// What an entry is.
    enum Outcome: Equatable {
        case item(FeedItem)
        /// No item, for this reason; it is skipped.
        case refused(StreamEntryFault)
    }

    /// Id of the last entry read, item or not; XREAD continues after it.
    private(set) var lastID: String

    /// Begins after the entries up to this sequence; 0 for the first entry.
    init(after sequence: UInt64 = 0) {
        lastID = StreamEntry.id(of: sequence)
    }

    /// The first number of ``lastID``: the sequence, if the entry is an item.
    var lastNumber: UInt64 { StreamEntry.numbers(ofID: Array(lastID.utf8))?.first ?? 0 }

    /// Reads the next entry. Redis keeps ids in order, so an item always has a higher sequence than those before it.
    ///
    /// - Returns: `nil` if that is not an id, or not above ``lastID``: then the answer is not one of Redis.
    mutating func take(_ entry: RedisEntry) -> Outcome? {
        guard let next = StreamEntry.numbers(ofID: entry.id), let last = StreamEntry.numbers(ofID: Array(lastID.utf8)),
            next > last
        else { return nil }
        lastID = String(decoding: entry.id, as: UTF8.self)
        do throws(StreamEntryFault) {
            return .item(try StreamEntry.item(id: entry.id, fields: entry.fields))
        } catch {
            return .refused(error)
        }
    }
}

/// What the key of a stream's epoch says about the stream that a server follows.
enum StreamIdentity: Equatable {
    /// It is still the same feed.
    case same
    /// The key is gone: Redis lost its data, or a person deleted the stream.
    case gone
    /// Another feed was written in its place.
    case replaced

    init(_ reply: RedisReply, epoch: StreamEpoch) {
        switch reply {
        case .text(let bytes): self = bytes.elementsEqual(epoch.text.utf8) ? .same : .replaced
        case .nothing: self = .gone
        case .number, .list, .error: self = .replaced
        }
    }
}

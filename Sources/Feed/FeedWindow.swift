import NIOCore

/// The newest items of the feed, kept so that a client that reconnects with its cursor misses nothing.
///
/// A ring buffer with two limits, number of items and bytes. An append that exceeds a limit drops the oldest items. The
/// newest item is always kept.
package struct FeedWindow: Sendable {
    /// What the window has for a client with a known cursor.
    package enum Reading: Equatable, Sendable {
        /// Items follow the cursor, up to and including this sequence.
        case items(through: UInt64)
        /// The client has all items.
        case nothing
        /// Items after the cursor were dropped; `oldest` is the oldest item kept.
        case gap(oldest: UInt64)
    }

    private var ring: [FeedItem] = []
    private let capacity: Int
    private let byteLimit: Int
    // Sequence of the item before the one in the ring's first slot.
    private var start: UInt64
    private var count = 0
    /// Memory of the kept items in bytes; see ``FeedItem/retainedBytes``.
    private(set) var retainedBytes = 0
    /// Sequence of the newest item; 0 before the first.
    package private(set) var newest: UInt64 = 0
    /// Whether the feed has ended: no item follows ``newest``, now or later.
    package private(set) var isComplete = false

    // Replaces a dropped item, so that its bytes are freed.
    private static let nothing = FeedItem(sequence: 0, dueMicroseconds: 0, text: ByteBuffer())

    /// - Parameters:
    ///   - capacity: Most items kept; at least 1.
    ///   - byteLimit: Most bytes kept; one item is kept whatever its size.
    ///   - sequence: Sequence of the item before the first one.
    package init(capacity: Int, byteLimit: Int = .max, after sequence: UInt64 = 0) {
        precondition(capacity > 0, "a feed window must keep at least one item")
        (start, newest) = (sequence, sequence)
        self.capacity = capacity
        self.byteLimit = byteLimit
    }

    /// Sequence of the oldest item kept; one above ``newest`` while the window is empty.
    package var oldest: UInt64 { newest - UInt64(count) + 1 }

    /// Adds the next item. Sequences are consecutive.
    package mutating func append(_ item: FeedItem) {
        precondition(item.sequence == newest + 1, "feed items must be consecutive")
        if count == capacity { dropOldest() }
        let slot = slot(of: item.sequence)
        if slot == ring.count { ring.append(item) } else { ring[slot] = item }
        newest = item.sequence
        count += 1
        retainedBytes += item.retainedBytes
        while retainedBytes > byteLimit, count > 1 { dropOldest() }
    }

    private mutating func dropOldest() {
        let slot = slot(of: oldest)
        retainedBytes -= ring[slot].retainedBytes
        ring[slot] = Self.nothing
        count -= 1
    }

    /// Drops all items; sequences go on.
    package mutating func forget() {
        while count > 0 { dropOldest() }
    }

    /// The items before this sequence are lost to this server: drops all items, because those of a window are
    /// consecutive. A client that lacks one of them gets a gap.
    ///
    /// - Parameter sequence: Sequence of the next item, above ``newest``.
    package mutating func skip(to sequence: UInt64) {
        precondition(sequence > newest, "a feed window only goes forward")
        ring.removeAll(keepingCapacity: true)
        (start, newest, count, retainedBytes) = (sequence - 1, sequence - 1, 0, 0)
    }

    /// The feed has ended.
    package mutating func complete() {
        isComplete = true
    }

    /// Finds the items after `cursor`.
    ///
    /// - Parameters:
    ///   - cursor: Sequence of the last item that the client has; 0 for none.
    ///   - byteLimit: Most payload bytes of the result; one item is always allowed.
    /// - Returns: The range of items after the cursor, or that there are no new items, or that some are lost.
    package func read(after cursor: UInt64, byteLimit: Int = .max) -> Reading {
        if cursor >= newest { return .nothing }
        if cursor + 1 < oldest { return .gap(oldest: oldest) }
        // The usual case of a live subscriber: one item, no loop.
        if cursor + 1 == newest { return .items(through: newest) }
        return .items(through: lastSequence(after: cursor, within: byteLimit))
    }

    /// The item with this sequence, which must be in the window.
    package subscript(sequence: UInt64) -> FeedItem {
        precondition(sequence >= oldest && sequence <= newest, "the item is not in the window")
        return ring[slot(of: sequence)]
    }

    /// Due time of the item with this sequence, µs since the epoch. The item must be in the window.
    package func dueMicroseconds(of sequence: UInt64) -> Int64 {
        precondition(sequence >= oldest && sequence <= newest, "the item is not in the window")
        return ring[slot(of: sequence)].dueMicroseconds
    }

    private func lastSequence(after cursor: UInt64, within byteLimit: Int) -> UInt64 {
        var last = cursor + 1
        var bytes = self[last].payloadBytes
        while last < newest {
            bytes += self[last + 1].payloadBytes
            if bytes > byteLimit { break }
            last += 1
        }
        return last
    }

    private func slot(of sequence: UInt64) -> Int {
        Int((sequence - 1 - start) % UInt64(capacity))
    }
}

import NIOCore

/// The newest items of the feed, kept so that a client that comes back with its cursor misses nothing.
///
/// A ring with two limits, a number of items and their bytes: an append that exceeds one of them drops the oldest
/// items. The newest item always stays.
package struct FeedWindow: Sendable {
    /// What the window holds for a client whose last received sequence is known.
    package enum Reading: Equatable, Sendable {
        /// Items follow the cursor, up to and including this sequence.
        case items(through: UInt64)
        /// The client has everything.
        case nothing
        /// Items after the cursor were forgotten; the oldest one kept is this.
        case gap(oldest: UInt64)
    }

    private var ring: [FeedItem] = []
    private let capacity: Int
    private let byteLimit: Int
    private var count = 0
    /// Memory that the kept items take, in bytes; see ``FeedItem/retainedBytes``.
    private(set) var retainedBytes = 0
    /// Sequence of the newest item, 0 before the first.
    package private(set) var newest: UInt64 = 0
    /// Whether the feed has ended: nothing follows ``newest``, now or later.
    package private(set) var isComplete = false

    // Takes a dropped item's place, so that its bytes are freed.
    private static let nothing = FeedItem(sequence: 0, dueMicroseconds: 0, text: ByteBuffer())

    /// - Parameters:
    ///   - capacity: How many items are kept at most, at least 1.
    ///   - byteLimit: How many bytes the kept items take at most; one item is kept whatever its size.
    package init(capacity: Int, byteLimit: Int = .max) {
        precondition(capacity > 0, "a feed window keeps at least one item")
        self.capacity = capacity
        self.byteLimit = byteLimit
    }

    /// Sequence of the oldest item kept; one above ``newest`` while the window is empty.
    package var oldest: UInt64 { newest - UInt64(count) + 1 }

    /// Takes the next item. Sequences are consecutive, beginning with 1.
    package mutating func append(_ item: FeedItem) {
        precondition(item.sequence == newest + 1, "feed items are consecutive")
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

    /// The feed has ended.
    package mutating func complete() {
        isComplete = true
    }

    /// Says what follows `cursor`.
    ///
    /// - Parameters:
    ///   - cursor: Sequence of the last item the client has, 0 for none.
    ///   - byteLimit: A reading ends before the item that would exceed this many payload bytes; one item always fits.
    /// - Returns: How far items follow, or that none do, or that some are lost.
    package func read(after cursor: UInt64, byteLimit: Int = .max) -> Reading {
        if cursor >= newest { return .nothing }
        if cursor + 1 < oldest { return .gap(oldest: oldest) }
        // The usual case of a live subscriber: one item, no loop.
        if cursor + 1 == newest { return .items(through: newest) }
        return .items(through: lastSequence(after: cursor, within: byteLimit))
    }

    /// The item with this sequence, which must be in the window.
    package subscript(sequence: UInt64) -> FeedItem {
        precondition(sequence >= oldest && sequence <= newest, "the item is no longer, or not yet, in the window")
        return ring[slot(of: sequence)]
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
        Int((sequence - 1) % UInt64(capacity))
    }
}

import Feed
import HTTP
import Host
import Measurement
import NIOCore
import Synchronization
import Transports
import WireAccounting

/// One event loop's copy of the feed, with all that a delivery needs: the window, its encoded messages, the date of a
/// response, and the counters. The loop's connections share it.
final class LoopFeed {
    private(set) var window: FeedWindow
    private(set) var date = ""
    var counters = LoopCounters()
    let position: FeedPosition
    private let epoch: MonotonicInstant
    private var encoded = EncodedMessages()

    /// `transports`: number of the server's transports, for their counters.
    init(_ window: FeedWindow, position: FeedPosition, epoch: MonotonicInstant, transports: Int) {
        self.window = window
        self.position = position
        self.epoch = epoch
        counters.transports = Array(repeating: TransportCounters(), count: transports)
        refreshDate()
    }

    /// Adds items in order. Those that are missing before one are lost to this server.
    func append(_ items: [FeedItem]) {
        for item in items {
            if item.sequence != window.newest + 1 { window.skip(to: item.sequence) }
            window.append(item)
        }
        encoded.clear()
    }

    /// No further item comes.
    func complete() {
        window.complete()
    }

    /// Drops the items kept.
    func forget() {
        window.forget()
        encoded.clear()
    }

    func refreshDate() {
        date = HTTPDate.text(unixSeconds: WallClock.unixSeconds())
        encoded.clear()
    }

    /// Items were written for one client and flushed.
    ///
    /// - Parameters:
    ///   - items: Their sequences.
    ///   - transport: Number of the transport in the registry.
    ///   - isHistory: Whether the client had no cursor, so that the age of the items is no delay.
    func handedOver(_ items: ClosedRange<UInt64>, by transport: Int, isHistory: Bool) {
        counters.transports[transport].items += UInt64(items.count)
        if isHistory || items.lowerBound < window.oldest { return }
        let now = MonotonicClock.now().nanoseconds(since: epoch) / 1_000
        for sequence in items {
            counters.transports[transport].delays.record(microseconds: now - window.dueMicroseconds(of: sequence))
        }
    }

    /// The bytes of a message. A response with headers for one client only is not cached.
    func bytes(
        of message: FeedMessage, by transport: any PushTransport.Type, variant: UInt8, closing: Bool,
        fields: [ResponseField] = []
    ) -> ByteBuffer {
        if fields.isEmpty,
            let bytes = encoded.lastBytes(of: message, by: transport, variant: variant, closing: closing)
        {
            return bytes
        }
        let context = EncodingContext(variant: variant, date: date, closing: closing, fields: fields)
        if !fields.isEmpty { return transport.encode(message, from: window, context: context) }
        return encoded.bytes(of: message, by: transport, window: window, context: context)
    }
}

/// The newest sequence on any loop: a client may have received an item from a loop that is ahead of its current one.
final class FeedPosition: Sendable {
    private let newest = Atomic<UInt64>(0)
    // Whether other servers have the same feed.
    private let isShared: Bool

    /// `isShared`: whether other servers have the same feed. Then a cursor may be ahead: a client may have received it
    /// from a server that is a little faster than this one.
    init(isShared: Bool = false) {
        self.isShared = isShared
    }

    func itemPublished(_ sequence: UInt64) {
        newest.store(sequence, ordering: .releasing)
    }

    /// - Throws: ``RequestFault`` (400) for a cursor ahead of the feed. The client got it from another server, or
    ///   before a restart; without an error it would wait for an item that may never exist.
    func check(_ cursor: UInt64) throws(RequestFault) {
        let newest = newest.load(ordering: .acquiring)
        if cursor > newest, !isShared {
            throw RequestFault(.badRequest, "after is \(cursor), ahead of the feed; its last sequence is \(newest)")
        }
    }
}

/// Counters of one loop; `/stats` adds those of all loops.
struct LoopCounters: Sendable {
    var connections = 0
    var connectionsTotal: UInt64 = 0
    var requests: UInt64 = 0
    var refusedRequests: UInt64 = 0
    var refusedConnections: UInt64 = 0
    var deliveries: UInt64 = 0
    var slowDisconnects: UInt64 = 0
    var skippedItems: UInt64 = 0
    var refusedItems: UInt64 = 0
    var deadPeers: UInt64 = 0
    /// Kernel counters of the closed connections that carried the feed.
    var feedKernel = KernelCount()
    /// Frame counts of those connections that used HTTP/2.
    var feedHTTP2 = HTTP2Tally()
    /// Such connections that closed before their counters could be read.
    var unreadKernelCounters: UInt64 = 0
    /// In the order of the registry.
    var transports: [TransportCounters] = []

    /// Adds the last counters of a closed connection that carried the feed; `nil` if they were never read.
    mutating func addClosedConnection(_ count: KernelCount?) {
        if let count { feedKernel.merge(count) } else { unreadKernelCounters += 1 }
    }

    /// Counts the items sent to and skipped for one subscriber.
    mutating func add(_ actions: SubscriberActions) {
        if case .message(.items)? = actions.first { deliveries += 1 }
        if case .message(.items)? = actions.second { deliveries += 1 }
        if actions.ownItems != nil { deliveries += 1 }
        skippedItems += actions.skipped
        if actions.fellBehind { slowDisconnects += 1 }
        if case .abandonPeer = actions.then { deadPeers += 1 }
    }
}

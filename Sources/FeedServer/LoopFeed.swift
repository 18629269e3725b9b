import Feed
import HTTP
import Host
import NIOCore
import Synchronization
import Transports
import WireAccounting

/// The feed as one event loop has it, with all that a delivery from it needs: the window, the messages encoded from it,
/// the date of a response, and what is counted. The loop hands it to its connections.
final class LoopFeed {
    private(set) var window: FeedWindow
    private(set) var date = ""
    var counters = LoopCounters()
    let position: FeedPosition
    private var encoded = EncodedMessages()

    init(_ window: FeedWindow, position: FeedPosition) {
        self.window = window
        self.position = position
        refreshDate()
    }

    func append(_ items: [FeedItem]) {
        for item in items { window.append(item) }
        encoded.clear()
    }

    /// No further item comes.
    func complete() {
        window.complete()
    }

    func refreshDate() {
        date = HTTPDate.text(unixSeconds: WallClock.unixSeconds())
        encoded.clear()
    }

    /// The bytes of a message. With fields of its own a client's answer is encoded for it alone.
    func bytes(
        of message: FeedMessage, by transport: any PushTransport.Type, variant: UInt8, closing: Bool,
        fields: [ResponseField] = []
    ) -> ByteBuffer {
        let context = EncodingContext(variant: variant, date: date, closing: closing, fields: fields)
        if !fields.isEmpty { return transport.encode(message, from: window, context: context) }
        return encoded.bytes(of: message, by: transport, window: window, context: context)
    }
}

/// How far the feed has come on any loop: a client may have an item from a loop that is ahead of the one it asks now.
final class FeedPosition: Sendable {
    private let newest = Atomic<UInt64>(0)

    func itemPublished(_ sequence: UInt64) {
        newest.store(sequence, ordering: .releasing)
    }

    /// - Throws: ``RequestFault`` (400) for a cursor ahead of the feed, which would wait in silence for an item that
    ///   may never come: the client took it from another server, or from this one before a restart.
    func check(_ cursor: UInt64) throws(RequestFault) {
        let newest = newest.load(ordering: .acquiring)
        if cursor > newest {
            throw RequestFault(.badRequest, "after is \(cursor), ahead of the feed; its last sequence is \(newest)")
        }
    }
}

/// What one loop has counted; `/stats` adds them up.
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
    /// The kernel's count of the closed connections that carried the feed.
    var feedKernel = KernelCount()
    /// What the frames of those among them that spoke HTTP/2 were.
    var feedHTTP2 = HTTP2Tally()
    /// Such connections that were gone before their counters could be read.
    var unreadKernelCounters: UInt64 = 0

    /// Adds the last count of a connection that carried the feed and is closed; `nil` if it was never read.
    mutating func book(_ count: KernelCount?) {
        if let count { feedKernel.merge(count) } else { unreadKernelCounters += 1 }
    }

    /// Adds what one subscriber was sent and has lost.
    mutating func add(_ actions: SubscriberActions) {
        if case .message(.items)? = actions.first { deliveries += 1 }
        if case .message(.items)? = actions.second { deliveries += 1 }
        if actions.deliversOwnItems { deliveries += 1 }
        skippedItems += actions.skipped
        if actions.fellBehind { slowDisconnects += 1 }
        if case .abandonPeer = actions.then { deadPeers += 1 }
    }
}

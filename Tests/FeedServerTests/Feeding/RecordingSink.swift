import Feed
import FeedServer
import Foundation
import Measurement
import Synchronization

/// Keeps what is written; a test can hold the writes, or let one fail.
final class RecordingSink: ItemSink {
    private struct State {
        var batches: [[FeedItem]] = []
        var epoch: MonotonicInstant?
        var isStopped = false
    }

    // Guards what the sink's thread writes and the test reads.
    private let state = Mutex(State())
    private let gate: DispatchSemaphore?
    private let failingItem: UInt64?
    private let beginFault: SinkFault?
    let itemsPerWrite: Int
    let name = "the sink"

    /// - Parameters:
    ///   - itemsPerWrite: As of a sink.
    ///   - gate: Each write waits for a signal first; `nil` for none.
    ///   - failingItem: The write of this item fails.
    ///   - beginFault: The feed is refused.
    init(
        itemsPerWrite: Int = .max, gate: DispatchSemaphore? = nil, failingItem: UInt64? = nil,
        beginFault: SinkFault? = nil
    ) {
        (self.itemsPerWrite, self.gate, self.failingItem) = (itemsPerWrite, gate, failingItem)
        self.beginFault = beginFault
    }

    var batches: [[FeedItem]] { state.withLock { $0.batches } }
    var items: [FeedItem] { batches.flatMap(\.self) }
    var epoch: MonotonicInstant? { state.withLock { $0.epoch } }
    var isStopped: Bool { state.withLock { $0.isStopped } }

    func begin(epoch: MonotonicInstant) throws(SinkFault) {
        if let beginFault { throw beginFault }
        state.withLock { $0.epoch = epoch }
    }

    func write(_ items: ArraySlice<FeedItem>, willWrite: () -> Void) throws(SinkFault) {
        gate?.wait()
        willWrite()
        if items.contains(where: { $0.sequence == failingItem }) { throw SinkFault("the sink is full") }
        state.withLock { $0.batches.append(Array(items)) }
    }

    func stop() {
        state.withLock { $0.isStopped = true }
    }
}

import Dispatch
import Feed
import Host
import Measurement
import Synchronization

/// Brings a feed's items to a sink, in order, on a separate thread.
final class SinkQueue: Sendable {
    /// How the queue ended.
    enum Ending: Sendable, Equatable {
        /// The last item of the feed is written.
        case complete
        case failed(SinkFault)
    }

    private let sink: any ItemSink
    private let thread = DispatchQueue(label: "pushlab.sink", qos: .userInteractive)
    // Guards the numbers, which the publisher's event loop and the sink's thread change.
    private let backlog = Mutex(SinkBacklog())
    // Guards the ending, which is set once.
    private let ended = Mutex<Ending?>(nil)
    private let whenEnded: @Sendable (SinkFault?) -> Void

    /// - Parameters:
    ///   - sink: Takes the items.
    ///   - whenEnded: Called once, on any thread, when ``ending`` is set; with the fault, if there is one.
    init(_ sink: any ItemSink, whenEnded: @escaping @Sendable (SinkFault?) -> Void) {
        self.sink = sink
        self.whenEnded = whenEnded
    }

    /// How the queue ended; `nil` while it runs, and if it was stopped.
    var ending: Ending? { ended.withLock { $0 } }

    /// Items written so far.
    var writtenItems: UInt64 { backlog.withLock { $0.writtenItems } }

    /// Passes the epoch of the feed to the sink.
    ///
    /// - Throws: ``SinkFault`` if it cannot take this feed.
    func begin(epoch: MonotonicInstant) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            thread.async {
                continuation.resume(with: Result { try self.sink.begin(epoch: epoch) })
            }
        }
    }

    /// Takes due items, and returns at once.
    ///
    /// - Parameters:
    ///   - items: The next items of the feed.
    ///   - willWrite: Called on the sink's thread for each part of the items, with the instant directly before it is
    ///     handed to the kernel.
    func take(_ items: [FeedItem], willWrite: @escaping @Sendable ([FeedItem], MonotonicInstant) -> Void) {
        switch backlog.withLock({ $0.admit(bytes: Self.bytes(of: items[...])) }) {
        case .closed: break
        case .admitted: thread.async { self.write(items, willWrite) }
        case .overflowed:
            sink.stop()
            let limit = "\(SinkBacklog.mostBytes >> 20) MiB"
            end(.failed(SinkFault("\(sink.name) does not take items fast enough: \(limit) of them wait")))
        }
    }

    /// The items taken so far are all of the feed.
    func endFeed() {
        thread.async {
            if self.backlog.withLock({ $0.close() }) { self.end(.complete) }
        }
    }

    /// Writes no further item; waits for the write under way, but not longer than `patience`.
    func stop(patience: Duration) async {
        _ = backlog.withLock { $0.close() }
        sink.stop()
        let thread = thread
        let rest = BlockingCall { thread.sync {} }
        _ = await rest.result(by: MonotonicClock.now() + patience)
    }

    private func write(_ items: [FeedItem], _ willWrite: ([FeedItem], MonotonicInstant) -> Void) {
        var rest = items[...]
        while !rest.isEmpty, backlog.withLock({ $0.isOpen }) {
            let part = rest.prefix(sink.itemsPerWrite)
            do throws(SinkFault) {
                try sink.write(part) { willWrite(Array(part), MonotonicClock.now()) }
            } catch {
                if backlog.withLock({ $0.close() }) { end(.failed(error)) }
                return
            }
            backlog.withLock { $0.wrote(items: part.count, bytes: Self.bytes(of: part)) }
            rest = rest.dropFirst(part.count)
        }
    }

    private func end(_ ending: Ending) {
        ended.withLock { $0 = ending }
        if case .failed(let fault) = ending { whenEnded(fault) } else { whenEnded(nil) }
    }

    // Each item with its line end.
    private static func bytes(of items: ArraySlice<FeedItem>) -> Int {
        items.reduce(0) { $0 + $1.payloadBytes + 1 }
    }
}

import Feed
import Measurement

/// Where a feed's items go instead of to clients: a pipe, a server of another project, a stream.
///
/// A ``SinkQueue`` calls it on one thread, which may wait in a call, so the publisher's event loop never does.
package protocol ItemSink: Sendable {
    /// What sentences call it.
    var name: String { get }

    /// Most items per call of ``write(_:willWrite:)``.
    var itemsPerWrite: Int { get }

    /// The feed begins: due times count from this instant. Called once, before the first item.
    ///
    /// - Throws: ``SinkFault`` if the sink cannot take this feed.
    func begin(epoch: MonotonicInstant) throws(SinkFault)

    /// Writes items, in order; returns when the kernel has all of them, or with the answer if the sink answers.
    ///
    /// - Parameters:
    ///   - items: At least one, at most ``itemsPerWrite``.
    ///   - willWrite: Call it once, directly before the first byte is handed to the kernel. From then on the items
    ///     count as published.
    /// - Throws: ``SinkFault``; nothing is written after it.
    func write(_ items: ArraySlice<FeedItem>, willWrite: () -> Void) throws(SinkFault)

    /// The feed stops: a call of ``write(_:willWrite:)`` that waits to try again gives up. Called on any thread.
    func stop()
}

extension ItemSink {
    package func begin(epoch: MonotonicInstant) throws(SinkFault) {}
    package func stop() {}
}

/// Why a sink takes no more items, in one sentence.
package struct SinkFault: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ sentence: String) {
        description = sentence
    }
}

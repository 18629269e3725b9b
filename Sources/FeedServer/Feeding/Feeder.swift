import Feed
import Measurement
import NIOCore
import Synchronization
import Transports

/// A feed for another server: publishes the same items as a ``FeedServer`` with the same settings, but to a sink, and
/// serves only the status pages.
///
/// An item counts as published at the instant before its write is handed to the kernel, so `/feed/schedule` has the
/// delay that the sink's reader cannot be blamed for.
package final class Feeder: Sendable {
    private let server: FeedServer
    private let queue: SinkQueue

    /// Address and port of the status pages.
    package var host: String { server.host }
    package var port: Int { server.port }
    /// Due times count from this instant.
    package var epoch: MonotonicInstant { server.epoch }

    /// Why the sink takes no more items; `nil` if it still does, or has taken all.
    package var fault: SinkFault? {
        if case .failed(let fault)? = queue.ending { fault } else { nil }
    }

    /// Items written so far.
    package var writtenItems: UInt64 { queue.writtenItems }

    /// Starts the status pages, then the feed.
    ///
    /// - Parameters:
    ///   - configuration: The feed, and where the status pages listen; the settings for clients have no effect.
    ///   - sink: Takes the items.
    ///   - whenEnded: Called once, on any thread, when the last item is written, or with the fault of the sink. Not
    ///     called after ``stop(patience:)``.
    /// - Returns: The feed, running.
    /// - Throws: ``SinkFault`` if the sink cannot take the feed; ``ListenFault``.
    package static func start(
        _ configuration: FeedServerConfiguration, to sink: any ItemSink,
        whenEnded: @escaping @Sendable (SinkFault?) -> Void = { _ in }
    ) async throws -> Feeder {
        let queue = SinkQueue(sink, whenEnded: whenEnded)
        var configuration = configuration
        configuration.sink = queue
        configuration.transports = TransportRegistry([])
        configuration.threads = 1
        // Nothing reads its window.
        configuration.historyItems = 1
        return Feeder(try await FeedServer.start(configuration), queue)
    }

    private init(_ server: FeedServer, _ queue: SinkQueue) {
        (self.server, self.queue) = (server, queue)
    }

    /// Publishes no further item, waits for the write under way, and ends the status pages.
    ///
    /// - Parameter patience: Longest wait for the write: its reader may not read.
    package func stop(patience: Duration = .seconds(1)) async {
        await queue.stop(patience: patience)
        await server.stop(patience: .zero)
    }
}

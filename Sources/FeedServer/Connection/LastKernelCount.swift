import Host
import NIOCore
import WireAccounting

/// The kernel's count of one connection, as of the last occasion before its socket was closed.
struct LastKernelCount {
    private var count: KernelCount?

    /// Reads the counters of the channel's socket; without any, what was read before stands.
    ///
    /// `orderly`: false after a reset.
    mutating func read(_ context: ChannelHandlerContext, orderly: Bool = true) {
        let read = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { SocketCounters.read($0, at: .server, closedOrderly: orderly) }
        if let read = read ?? nil { count = read }
    }

    /// Adds the count to those of the closed connections that carried the feed.
    func book(in counters: inout LoopCounters) {
        if let count { counters.feedKernel.merge(count) } else { counters.unreadKernelCounters += 1 }
    }
}

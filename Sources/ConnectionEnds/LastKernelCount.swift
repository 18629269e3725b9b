import NIOCore
import WireAccounting

/// The kernel's count of one connection, as of the last occasion before its socket was closed.
package struct LastKernelCount {
    /// `nil` if the counters were never read.
    package private(set) var count: KernelCount?
    private let counters: (_ socket: Int32, _ closedOrderly: Bool) -> KernelCount?

    /// - Parameter counters: Reads the counters of a socket. `closedOrderly`: false after a reset.
    package init(reading counters: @escaping (_ socket: Int32, _ closedOrderly: Bool) -> KernelCount?) {
        self.counters = counters
    }

    /// Reads the counters of the connection that the context is part of; once its socket is closed, what was read before
    /// stays.
    package mutating func read(_ context: ChannelHandlerContext, orderly: Bool = true) {
        if let read = now(context, orderly: orderly) { count = read }
    }

    /// What the kernel has counted up to now; `nil` once the socket is closed.
    package func now(_ context: ChannelHandlerContext, orderly: Bool = true) -> KernelCount? {
        context.socket.flatMap { counters($0, orderly) }
    }
}

extension ChannelHandlerContext {
    /// The connection's socket; `nil` once it is closed.
    package var socket: Int32? {
        let socket = try? pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { $0 }
        return socket ?? nil
    }
}

import NIOCore
import WireAccounting

/// The kernel's counters of one connection, as last read before its socket was closed.
package struct LastKernelCount {
    /// `nil` if the counters were never read.
    package private(set) var count: KernelCount?
    private var peer = PeerEnd()
    private let counters: Reading

    /// Reads the counters of a socket. `closedOrderly`: false after a reset.
    package typealias Reading = (_ socket: Int32, _ closedOrderly: Bool, _ peer: inout PeerEnd) -> KernelCount?

    package init(reading counters: @escaping Reading) {
        self.counters = counters
    }

    /// Reads the counters of the context's connection. Once its socket is closed, the last reading is kept.
    package mutating func read(_ context: ChannelHandlerContext, orderly: Bool = true) {
        if let read = now(context, orderly: orderly) { count = read }
    }

    /// The current counters; `nil` once the socket is closed.
    package mutating func now(_ context: ChannelHandlerContext, orderly: Bool = true) -> KernelCount? {
        context.socket.flatMap { counters($0, orderly, &peer) }
    }
}

extension ChannelHandlerContext {
    /// The connection's socket; `nil` once it is closed.
    package var socket: Int32? {
        let socket = try? pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { $0 }
        return socket ?? nil
    }
}

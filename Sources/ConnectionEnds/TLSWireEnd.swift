import NIOCore
import WireAccounting

/// The part of a connection that handles events below TLS.
package protocol WireOwner: AnyObject {
    /// All bytes that had arrived were read.
    func wireReadComplete()
    /// TLS has written its last bytes and closes.
    func wireCloses()
    /// TLS flushes its bytes to the socket.
    func wireFlushes()
    /// The connection broke. After a reset the channel closes its socket without another event.
    func wireBroke()
}

extension WireOwner {
    package func wireFlushes() {}
    package func wireBroke() {}
}

/// The handler between TLS and the socket of one connection. When it closes, TLS has written its last bytes, and the
/// kernel's counters can still be read.
package final class TLSWireEnd: ChannelDuplexHandler {
    package typealias InboundIn = ByteBuffer
    package typealias OutboundIn = ByteBuffer

    package var owner: any WireOwner
    /// Counts what TLS reads and writes; `nil` where it is not counted.
    package var tally: TLSTally?
    private var context: ChannelHandlerContext?

    package init(_ owner: any WireOwner, counting tally: TLSTally? = nil) {
        self.owner = owner
        self.tally = tally
    }

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if tally != nil { unwrapInboundIn(data).withUnsafeReadableBytes { tally?.down.passed($0) } }
        context.fireChannelRead(data)
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        owner.wireReadComplete()
    }

    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if tally == nil { return context.write(data, promise: promise) }
        // Bytes that a broken connection did not accept are not counted.
        let bytes = unwrapOutboundIn(data)
        let written = promise ?? context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenSuccess {
            bytes.withUnsafeReadableBytes { self.tally?.up.passed($0) }
        }
        context.write(data, promise: written)
    }

    package func flush(context: ChannelHandlerContext) {
        owner.wireFlushes()
        context.flush()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        owner.wireBroke()
        context.fireErrorCaught(error)
    }

    package func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if case .all = mode { owner.wireCloses() }
        context.close(mode: mode, promise: promise)
    }

    /// Closes the connection without waiting for the peer's close_notify alert.
    package func close() {
        context?.close(promise: nil)
    }
}

import NIOCore

/// Whose connection ends below TLS.
protocol WireOwner: AnyObject {
    /// What had arrived has been read.
    func wireReadComplete()
    /// TLS has written its last and closes.
    func wireCloses()
}

/// Stands between TLS and the socket of one connection: there the last bytes of TLS have been written, and the kernel's
/// counters are still to be had.
final class TLSWireEnd: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    var owner: any WireOwner
    private var context: ChannelHandlerContext?

    init(_ owner: any WireOwner) {
        self.owner = owner
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        owner.wireReadComplete()
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if case .all = mode { owner.wireCloses() }
        context.close(mode: mode, promise: promise)
    }

    /// Ends the connection without a closing alert: the peer has said its own, or has had its time.
    func close() {
        context?.close(promise: nil)
    }
}

import NIOCore
import WireAccounting

/// Stands between TLS and the socket of one client: counts what TLS reads and writes, and reads the kernel's counters
/// when its last bytes have been written.
final class TLSWireEnd: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    var up = TLSRecordTally()
    var down = TLSRecordTally()
    private let whenClosing: () -> Void
    private var context: ChannelHandlerContext?

    init(whenClosing: @escaping () -> Void) {
        self.whenClosing = whenClosing
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        unwrapInboundIn(data).withUnsafeReadableBytes { down.passed($0) }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        unwrapOutboundIn(data).withUnsafeReadableBytes { up.passed($0) }
        context.write(data, promise: promise)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if case .all = mode { whenClosing() }
        context.close(mode: mode, promise: promise)
    }

    func handshakeCompleted(isTLS13: Bool) {
        up.handshakeCompleted(isTLS13: isTLS13)
        down.handshakeCompleted(isTLS13: isTLS13)
    }

    /// Books what TLS has added to what it carried.
    func book(in ledger: inout ByteLedger) {
        ledger.bookTLS(up.addedBytes, setup: up.setupBytes, .up)
        ledger.bookTLS(down.addedBytes, setup: down.setupBytes, .down)
    }

    /// Ends the connection here, without waiting for the peer's closing alert.
    func close() {
        context?.close(promise: nil)
    }
}

import NIOCore
import WireAccounting

/// Stands between TLS and the socket of one client: counts what TLS reads and writes, and reads the kernel's counters
/// when its last bytes have been written.
final class TLSWireEnd: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    var up = TLSRecordTally(carriesTickets: false)
    var down = TLSRecordTally()
    private let whenRead: () -> Void
    private let whenFailing: () -> Void
    private let whenClosing: () -> Void
    private var context: ChannelHandlerContext?
    private var isEstablished = false
    // Whether a flush has come after the handshake.
    private var hasOpened = false

    init(
        whenRead: @escaping () -> Void, whenFailing: @escaping () -> Void, whenClosing: @escaping () -> Void
    ) {
        self.whenFailing = whenFailing
        self.whenRead = whenRead
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

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        whenRead()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        // What a broken connection did not take has not passed.
        let bytes = unwrapOutboundIn(data)
        let written = promise ?? context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenSuccess { bytes.withUnsafeReadableBytes { self.up.passed($0) } }
        context.write(data, promise: written)
    }

    func flush(context: ChannelHandlerContext) {
        // A connection that breaks under a write is closed without a word; while it opens that is not rare. The first
        // flush after that is the last occasion to see what the handshake's end took.
        if !hasOpened {
            whenFailing()
            hasOpened = isEstablished
        }
        context.flush()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // After a reset the socket is closed without a further word.
        whenFailing()
        context.fireErrorCaught(error)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if case .all = mode { whenClosing() }
        context.close(mode: mode, promise: promise)
    }

    func handshakeCompleted(isTLS13: Bool) {
        isEstablished = true
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

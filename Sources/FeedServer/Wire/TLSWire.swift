import ConnectionEnds
import Host
import NIOCore
import NIOSSL
import WireAccounting

/// A TLS connection: the last handler of a channel of SwiftNIO, whose other handlers encrypt.
final class TLSWire: ChannelInboundHandler, Wire, WireOwner {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    var user: any WireUser

    private var context: ChannelHandlerContext?
    // The handler between TLS and the socket.
    private var wireEnd: TLSWireEnd?
    private var kernel = LastKernelCount { SocketCounters.read($0, at: .server, closedOrderly: $1, peer: &$2) }
    private var isEnding = false

    init(for user: any WireUser) {
        self.user = user
    }

    /// Makes the handler between TLS and the socket.
    func makeWireEnd() -> TLSWireEnd {
        let end = TLSWireEnd(self)
        wireEnd = end
        return end
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        wireEnd = nil
        user.ended(kernel.count)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        user.received(unwrapInboundIn(data))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        user.readComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event as? ChannelEvent {
        case .inputClosed: user.inputEnded()
        case .outputClosed: user.outputEnded()
        default: break
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        user.writabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A peer may close without a TLS close_notify alert; TLS has authenticated all that it decrypted.
        if case .uncleanShutdown? = error as? NIOSSLError { return }
        user.broke()
    }

    // MARK: Below TLS

    func wireReadComplete() {
        // Once both halves are shut, the channel closes its socket without another event: read the counters now.
        if isEnding { readKernel() }
    }

    func wireCloses() {
        readKernel()
    }

    // MARK: Wire

    var isWritable: Bool { context?.channel.isWritable ?? false }

    var unwrittenBytes: Int {
        guard let options = context?.channel.syncOptions else { return 0 }
        return (try? options.getOption(.bufferedWritableBytes)) ?? 0
    }

    var clearSocket: Int32? { nil }

    func send(_ bytes: ByteBuffer) {
        context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    func setReading(_ isOn: Bool) {
        _ = context?.channel.setOption(.autoRead, value: isOn)
    }

    func closeOutput() {
        isEnding = true
        context?.close(mode: .output, promise: nil)
    }

    func closeOnceWritten() {
        isEnding = true
        guard let context else { return }
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolatedUnsafeUnchecked().whenComplete { _ in self.closeNow(isOrderly: true) }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: written)
    }

    func closeNow(isOrderly: Bool) {
        readKernel(isOrderly: isOrderly)
        wireEnd?.close()
    }

    func countNow() -> KernelCount? {
        context.flatMap { kernel.now($0) }
    }

    private func readKernel(isOrderly: Bool = true) {
        if user.isCounted, let context { kernel.read(context, orderly: isOrderly) }
    }
}

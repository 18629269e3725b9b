import ConnectionEnds
import Host
import Measurement
import NIOCore
import NIOSSL
import NIOTLS
import WireAccounting

/// The load generator's end of one TCP connection, above TLS: stamps what arrives, counts what passes, and carries out
/// what ``ClientConnectionLife`` decides. It carries one client or, with HTTP/2, a stream for each of many.
final class ClientConnection: ChannelDuplexHandler, WireOwner {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// To be set as the channel's own: it sees what waits before each read.
    let allocator = ArrivalAllocator()
    /// When the last byte of the newest read arrived.
    private(set) var lastArrival = MonotonicInstant(nanoseconds: 0)
    /// With HTTP/2 only: what opens the streams above.
    weak var streams: HTTP2ClientConnection?
    // With HTTP/2 only.
    private var streamBooks: WebSocketStreamBooks?

    private let fleet: SocketFleet
    private var life: ClientConnectionLife
    private var kernel = LastKernelCount { SocketCounters.read($0, closedOrderly: $1) }
    private var context: ChannelHandlerContext?
    // With TLS only: the connection's end below it.
    private var wireEnd: TLSWireEnd?

    init(fleet: SocketFleet, carriesHTTP2: Bool, isEncrypted: Bool) {
        self.fleet = fleet
        streamBooks = carriesHTTP2 ? WebSocketStreamBooks() : nil
        // HTTP/2 answers what it reads. Clients that only listen make it write so seldom that it may look each time.
        life = ClientConnectionLife(
            isEncrypted: isEncrypted, readsBeforeWrites: carriesHTTP2 && fleet.plan.send == nil)
    }

    /// What stands below TLS in this connection's pipeline.
    func makeWireEnd() -> any ChannelHandler {
        let end = TLSWireEnd(self, counting: TLSTally())
        wireEnd = end
        return end
    }

    /// A proxy has let this connection through.
    func tunnelOpened(bytesUp: Int, bytesDown: Int) {
        fleet.ledger.book(bytesUp, .handshake, .up)
        fleet.ledger.book(bytesDown, .handshake, .down)
    }

    /// A client was given content of its stream.
    func contentDelivered(_ count: Int) {
        streamBooks?.delivered(count)
    }

    // MARK: What passes

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        noteArrivals(context)
        fleet.connectionOpened(self)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // Taken first: what follows is this program's work, not the item's way.
        let now = MonotonicClock.now()
        let bytes = unwrapInboundIn(data)
        wireEnd?.tally?.down.applicationPassed(bytes.readableBytes)
        lastArrival = allocator.stamp(at: now)
        if streamBooks != nil { bytes.withUnsafeReadableBytes { streamBooks?.tally.down.passed($0) } }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        if wireEnd == nil { wireReadComplete() }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let bytes = unwrapOutboundIn(data)
        guard streamBooks != nil else {
            wireEnd?.tally?.up.applicationPassed(bytes.readableBytes)
            return context.write(data, promise: promise)
        }
        // What a broken connection did not take has not passed.
        let written = promise ?? context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenSuccess {
            self.wireEnd?.tally?.up.applicationPassed(bytes.readableBytes)
            bytes.withUnsafeReadableBytes { self.streamBooks?.tally.up.passed($0) }
        }
        context.write(data, promise: written)
    }

    func flush(context: ChannelHandlerContext) {
        carryOut(life.writeBegins())
        context.flush()
        life.writeEnded()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent {
            let version = try? context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self).tlsVersion
            life.handshakeCompleted()
            wireEnd?.tally?.handshakeCompleted(isTLS13: version == .tlsv13)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        life.peerLost()
        // The server's last word was said by its transport, or the client's orderly end tells that it was not.
        if case .uncleanShutdown? = error as? NIOSSLError { return }
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        wireEnd?.tally?.book(in: &fleet.ledger)
        wireEnd = nil
        context.fireChannelInactive()
        // The streams have been given the last of what came.
        streamBooks?.book(in: &fleet.ledger)
        fleet.bookCounters(kernel.count)
        fleet.connectionClosed(self)
    }

    // MARK: What happens below TLS

    func wireReadComplete() {
        carryOut(life.arrivalsRead())
    }

    func wireFlushes() {
        carryOut(life.tlsWriteBegins())
    }

    func wireBroke() {
        carryOut(life.wireBroke())
    }

    func wireCloses() {
        carryOut(life.tlsCloses())
    }

    // MARK: The end

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch mode {
        case .input: context.close(mode: mode, promise: promise)
        case .output:
            life.outputEnded()
            context.close(mode: mode, promise: promise)
        case .all:
            closeNow()
            context.channel.closeFuture.cascade(to: promise)
        }
    }

    /// Reads the kernel's counters and closes.
    func closeNow() {
        carryOut(life.closes())
    }

    private func carryOut(_ action: ClientConnectionLife.Action) {
        guard let context else { return }
        // The connection may be gone once its output is ended.
        let wireEnd = wireEnd
        switch action {
        case .goOn: break
        case .readCounters: readCounters()
        case .close:
            readCounters()
            if let wireEnd { wireEnd.close() } else { context.close(promise: nil) }
        case .closeAfterAlert:
            context.close(mode: .output, promise: nil)
            life.outputEnded()
            readCounters()
            wireEnd?.close()
        }
    }

    private func readCounters() {
        if let context { kernel.read(context, orderly: life.isOrderlyEnd) }
    }

    /// What the kernel has counted up to now; `nil` once the connection is gone.
    func countNow() -> KernelCount? {
        context.flatMap { kernel.now($0, orderly: life.isOrderlyEnd) }
    }

    private func noteArrivals(_ context: ChannelHandlerContext) {
        guard let socket = context.socket, SocketArrival.note(on: socket) else { return }
        allocator.socket = socket
    }
}

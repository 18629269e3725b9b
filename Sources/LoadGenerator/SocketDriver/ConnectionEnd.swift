import Host
import Measurement
import NIOCore
import NIOSSL
import NIOTLS
import WireAccounting

/// The load generator's end of one TCP connection, above TLS: stamps what arrives, counts what passes, and reads the
/// kernel's counters before the connection ends. It carries one client or, with HTTP/2, a stream for each of many.
final class ConnectionEnd: ChannelDuplexHandler {
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
    private var context: ChannelHandlerContext?
    private var kernel: KernelCount?
    // With TLS only: the connection's end below it.
    private var wireEnd: TLSWireEnd?
    // HTTP/2 answers what it reads, and a connection that breaks under a write is closed without a word. Clients that
    // only listen make it write so seldom that it may look at the counters each time.
    private let looksBeforeFlush: Bool
    private var isFlushing = false
    // Our half is closed; the server's end is awaited.
    private var isEndingOutput = false
    // Our half was closed before the counters were read.
    private var hasEndedOutput = false
    // The connection broke, or the server ended it without TLS' closing alert: there is nobody to answer.
    private var hasLostPeer = false

    init(fleet: SocketFleet, carriesHTTP2: Bool) {
        self.fleet = fleet
        streamBooks = carriesHTTP2 ? WebSocketStreamBooks() : nil
        looksBeforeFlush = carriesHTTP2 && fleet.plan.send == nil
    }

    /// What stands below TLS in this connection's pipeline.
    func makeWireEnd() -> (any ChannelHandler)? {
        let end = TLSWireEnd(whenRead: wireReadComplete, whenFailing: readKernel, whenClosing: wireCloses)
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
        wireEnd?.down.applicationPassed(bytes.readableBytes)
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
            wireEnd?.up.applicationPassed(bytes.readableBytes)
            return context.write(data, promise: promise)
        }
        // What a broken connection did not take has not passed.
        let written = promise ?? context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenSuccess {
            self.wireEnd?.up.applicationPassed(bytes.readableBytes)
            bytes.withUnsafeReadableBytes { self.streamBooks?.tally.up.passed($0) }
        }
        context.write(data, promise: written)
    }

    func flush(context: ChannelHandlerContext) {
        guard looksBeforeFlush else { return context.flush() }
        readKernel()
        isFlushing = true
        context.flush()
        isFlushing = false
    }

    // MARK: The end

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent {
            let version = try? context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self).tlsVersion
            wireEnd?.handshakeCompleted(isTLS13: version == .tlsv13)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        hasLostPeer = true
        // The server's last word was said by its transport, or the client's orderly end tells that it was not.
        if case .uncleanShutdown? = error as? NIOSSLError { return }
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        wireEnd?.book(in: &fleet.ledger)
        wireEnd = nil
        context.fireChannelInactive()
        // The streams have been given the last of what came.
        streamBooks?.book(in: &fleet.ledger)
        fleet.bookCounters(kernel)
        fleet.connectionClosed(self)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch mode {
        case .input: context.close(mode: mode, promise: promise)
        case .output:
            isEndingOutput = true
            hasEndedOutput = true
            context.close(mode: mode, promise: promise)
        case .all:
            closeNow()
            context.channel.closeFuture.cascade(to: promise)
        }
    }

    /// Reads the kernel's counters and closes.
    func closeNow() {
        guard let context else { return }
        guard let wireEnd else {
            readKernel()
            return context.close(promise: nil)
        }
        // TLS says its last word, and nobody waits for the server's.
        if hasLostPeer {
            readKernel()
        } else {
            context.close(mode: .output, promise: nil)
            wireCloses()
        }
        wireEnd.close()
    }

    private func wireReadComplete() {
        // Once both halves are shut the channel closes its socket without a further word: this is the last occasion. So
        // it is when a write has failed and what had come before was read.
        if isEndingOutput || isFlushing { readKernel() }
    }

    // TLS has written its last.
    private func wireCloses() {
        hasEndedOutput = true
        readKernel()
    }

    private func readKernel() {
        if let count = countNow() { kernel = count }
    }

    /// What the kernel has counted up to now; `nil` once the connection is gone.
    func countNow() -> KernelCount? {
        guard let context else { return nil }
        // Ended by the peer while our half is open, a connection stands in CLOSE only after a reset.
        let count = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { SocketCounters.read($0, closedOrderly: hasEndedOutput) }
        return count ?? nil
    }

    private func noteArrivals(_ context: ChannelHandlerContext) {
        let socket = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { $0 }
        guard let socket = socket ?? nil, SocketArrival.note(on: socket) else { return }
        allocator.socket = socket
    }
}

import Host
import Measurement
import NIOCore
import NIOSSL
import NIOTLS
import Transports
import WireAccounting

/// One client's connection: passes bytes to its listener and stamps them with their arrival.
final class SocketClient: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let index: Int
    let attempt: UInt64
    /// To be set as the channel's own: it sees what waits before each read.
    let allocator = ArrivalAllocator()
    private let fleet: SocketFleet
    private var listener: any ConnectionListener
    private var context: ChannelHandlerContext?
    private var arrivals = ArrivalReader()
    private var hasBookedCounters = false
    private var wasOpen = false
    // With TLS only: the connection's end below it.
    private var wireEnd: TLSWireEnd?

    /// Whether the connection's end was the transport's own, not a break.
    var endedOrderly: Bool { listener.isOrderlyEnd }

    init(index: Int, attempt: UInt64, fleet: SocketFleet, listener: any ConnectionListener) {
        self.index = index
        self.attempt = attempt
        self.fleet = fleet
        self.listener = listener
    }

    /// What stands below TLS in this client's pipeline.
    func makeWireEnd() -> TLSWireEnd {
        let end = TLSWireEnd(whenClosing: bookCounters)
        wireEnd = end
        return end
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        noteArrivals(context)
        fleet.connectionOpened(self)
        if let port = context.channel.localAddress?.port { fleet.recorder.connected(client: index, port: port) }
        write(listener.connected(ledger: &fleet.ledger))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // Taken first: what follows is this program's work, not the item's way.
        let now = MonotonicClock.now()
        var bytes = unwrapInboundIn(data)
        wireEnd?.down.applicationPassed(bytes.readableBytes)
        arrivals.willRead(allocator.waiting)
        let arrived = arrivals.stamp(ofRead: bytes.readableBytes, at: now)
        listener.received(&bytes, ledger: &fleet.ledger) { event in
            fleet.recorder.take(event, client: index, at: arrived)
        }
        if !wasOpen, listener.isOpen {
            wasOpen = true
            fleet.handshakeDone(compression: listener.compression)
        }
        writeOutput()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed: closeNow()
        case TLSUserEvent.handshakeCompleted:
            let version = try? context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self).tlsVersion
            wireEnd?.handshakeCompleted(isTLS13: version == .tlsv13)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The server's last word was said by its transport; that TLS lacks its own is told by `endedOrderly`.
        if case .uncleanShutdown? = error as? NIOSSLError { return }
        fleet.recorder.fail("a connection failed: \(error)")
        closeNow()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        wireEnd = nil
        if !hasBookedCounters { fleet.bookCounters(nil) }
        fleet.connectionClosed(self)
    }

    /// Drops a server that has had its time.
    func clockReached(_ now: MonotonicInstant) {
        let complaint = listener.clockReached(now)
        writeOutput()
        guard let complaint else { return }
        fleet.recorder.fail(complaint)
        closeNow()
    }

    /// Begins the orderly end, or ends at once where the transport has no such thing.
    func finish() {
        guard listener.finish() else { return closeNow() }
        writeOutput()
    }

    /// Reads the kernel's counters and closes.
    func closeNow() {
        guard let context else { return }
        guard let wireEnd else {
            bookCounters()
            return context.close(promise: nil)
        }
        // TLS says its last word, and nobody waits for the server's.
        context.close(mode: .output, promise: nil)
        bookCounters()
        wireEnd.close()
    }

    private func bookCounters() {
        guard let context, !hasBookedCounters else { return }
        hasBookedCounters = true
        let count = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { SocketCounters.read($0) }
        fleet.bookCounters(count ?? nil)
        wireEnd?.book(in: &fleet.ledger)
    }

    private func noteArrivals(_ context: ChannelHandlerContext) {
        let socket = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { $0 }
        guard let socket = socket ?? nil, SocketArrival.note(on: socket) else { return }
        allocator.socket = socket
    }

    private func writeOutput() {
        guard let output = listener.takeOutput(ledger: &fleet.ledger) else { return }
        write(output)
    }

    private func write(_ bytes: ByteBuffer) {
        wireEnd?.up.applicationPassed(bytes.readableBytes)
        context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }
}

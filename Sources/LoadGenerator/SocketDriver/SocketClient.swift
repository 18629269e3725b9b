import Host
import Measurement
import NIOCore
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

    /// Whether the connection's end was the transport's own, not a break.
    var endedOrderly: Bool { listener.isOrderlyEnd }

    init(index: Int, attempt: UInt64, fleet: SocketFleet, listener: any ConnectionListener) {
        self.index = index
        self.attempt = attempt
        self.fleet = fleet
        self.listener = listener
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        noteArrivals(context)
        fleet.connectionOpened(self)
        if let port = context.channel.localAddress?.port { fleet.recorder.connected(client: index, port: port) }
        context.writeAndFlush(wrapOutboundOut(listener.connected(ledger: &fleet.ledger)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // Taken first: what follows is this program's work, not the item's way.
        let now = MonotonicClock.now()
        var bytes = unwrapInboundIn(data)
        arrivals.willRead(allocator.waiting)
        let arrived = arrivals.stamp(ofRead: bytes.readableBytes, at: now)
        listener.received(&bytes, ledger: &fleet.ledger) { event in
            fleet.recorder.take(event, client: index, at: arrived)
        }
        if !wasOpen, listener.isOpen {
            wasOpen = true
            fleet.handshakeDone()
        }
        writeOutput()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .some(ChannelEvent.inputClosed) = event as? ChannelEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        closeNow()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fleet.recorder.fail("a connection failed: \(error)")
        closeNow()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        if !hasBookedCounters { fleet.bookCounters(nil) }
        fleet.connectionClosed(self)
    }

    /// Begins the orderly end, or ends at once where the transport has no such thing.
    func finish() {
        guard listener.finish() else { return closeNow() }
        writeOutput()
    }

    /// Reads the kernel's counters and closes.
    func closeNow() {
        guard let context else { return }
        if !hasBookedCounters {
            hasBookedCounters = true
            let count = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(
                of: NIOBSDSocket.Handle.self
            ) { SocketCounters.read($0) }
            fleet.bookCounters(count ?? nil)
        }
        context.close(promise: nil)
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
        context?.writeAndFlush(wrapOutboundOut(output), promise: nil)
    }
}

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
    private var kernel: KernelCount?
    private var wasOpen = false
    private var hasReceived = false
    // Our half is closed; the server's end is awaited.
    private var isEndingOutput = false

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
        noteOpening()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // Taken first: what follows is this program's work, not the item's way.
        let now = MonotonicClock.now()
        var bytes = unwrapInboundIn(data)
        arrivals.willRead(allocator.waiting)
        let arrived = arrivals.stamp(ofRead: bytes.readableBytes, at: now)
        let hadReceived = hasReceived
        listener.received(&bytes, ledger: &fleet.ledger) { event in
            if case .item = event { hasReceived = true }
            fleet.recorder.take(event, client: index, at: arrived)
        }
        if hasReceived, !hadReceived { fleet.firstItemReceived(self) }
        noteOpening()
        writeOutput()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Once both halves are shut the channel closes its socket without a further word: this is the last occasion.
        if isEndingOutput { readKernel() }
    }

    private func noteOpening() {
        if wasOpen || !listener.isOpen { return }
        wasOpen = true
        fleet.handshakeDone()
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
        listener.connectionEnded(ledger: &fleet.ledger)
        fleet.bookCounters(kernel)
        fleet.connectionClosed(self)
    }

    /// Begins the orderly end, or ends at once where the transport has no such thing.
    func finish() {
        guard listener.finish() else { return closeNow() }
        writeOutput()
        if listener.finishesByEndingOutput {
            isEndingOutput = true
            context?.close(mode: .output, promise: nil)
        }
    }

    /// Reads the kernel's counters and closes.
    func closeNow() {
        readKernel()
        context?.close(promise: nil)
    }

    private func readKernel() {
        guard let context else { return }
        // Ended by the peer while our half is open, a connection stands in CLOSE only after a reset.
        let count = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { SocketCounters.read($0, closedOrderly: isEndingOutput) }
        if let count = count ?? nil { kernel = count }
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

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
    private var kernel: KernelCount?
    private var wasOpen = false
    // Since when the connection takes messages; `nil` before it is open and once it is to end.
    private var takesMessagesSince: MonotonicInstant?
    private var isSending = false
    /// When this client wants to be woken to send; `nil` for never.
    private(set) var wakesAt: MonotonicInstant?
    // With TLS only: the connection's end below it.
    private var wireEnd: TLSWireEnd?
    private var hasReceived = false
    // Our half is closed; the server's end is awaited.
    private var isEndingOutput = false
    // Our half was closed before the counters were read.
    private var hasEndedOutput = false
    // The connection broke, or the server ended it without TLS' closing alert: there is nobody to answer.
    private var hasLostPeer = false

    /// Whether the connection's end was the transport's own, not a break.
    var endedOrderly: Bool { listener.isOrderlyEnd }

    init(index: Int, attempt: UInt64, fleet: SocketFleet, listener: any ConnectionListener) {
        self.index = index
        self.attempt = attempt
        self.fleet = fleet
        self.listener = listener
    }

    /// What stands below TLS in this client's pipeline.
    func makeWireEnd() -> (any ChannelHandler)? {
        let end = TLSWireEnd(whenRead: wireReadComplete, whenFailing: readKernel, whenClosing: wireCloses)
        wireEnd = end
        return end
    }

    /// A proxy has let this client through.
    func tunnelOpened(bytesUp: Int, bytesDown: Int) {
        fleet.ledger.book(bytesUp, .handshake, .up)
        fleet.ledger.book(bytesDown, .handshake, .down)
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        noteArrivals(context)
        fleet.connectionOpened(self)
        if let port = context.channel.localAddress?.port { fleet.recorder.connected(client: index, port: port) }
        write(listener.connected(ledger: &fleet.ledger))
        noteOpening()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // Taken first: what follows is this program's work, not the item's way.
        let now = MonotonicClock.now()
        var bytes = unwrapInboundIn(data)
        wireEnd?.down.applicationPassed(bytes.readableBytes)
        arrivals.willRead(allocator.waiting)
        let arrived = arrivals.stamp(
            ofRead: bytes.readableBytes, beside: wireEnd == nil ? 0 : ArrivalReader.recordOverhead, at: now)
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
        if wireEnd == nil { wireReadComplete() }
    }

    private func noteOpening() {
        if wasOpen || !listener.isOpen { return }
        wasOpen = true
        fleet.handshakeDone(compression: listener.compression)
        takeMessages()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        // A flush may tell so while messages are being sent; they go on by themselves.
        if context.channel.isWritable, takesMessagesSince != nil, !isSending { takeMessages() }
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
        if case .uncleanShutdown? = error as? NIOSSLError {
            // The server's last word was said by its transport, or `endedOrderly` tells that it was not.
            hasLostPeer = true
            return
        }
        fleet.recorder.fail("a connection failed: \(error)")
        hasLostPeer = true
        closeNow()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        wakesAt = nil
        wireEnd?.book(in: &fleet.ledger)
        wireEnd = nil
        listener.connectionEnded(ledger: &fleet.ledger)
        fleet.bookCounters(kernel)
        fleet.connectionClosed(self)
    }

    /// Sends every message that is due, as long as the socket takes them: what waits keeps its due time.
    func sendMessages() {
        wakesAt = nil
        isSending = true
        defer { isSending = false }
        while let since = takesMessagesSince, let context, context.channel.isWritable,
            let due = listener.nextMessageDue
        {
            let now = MonotonicClock.now()
            guard due <= now else {
                wakesAt = due
                return fleet.wake(self, at: due)
            }
            listener.sendMessage()
            fleet.messageSent(due: due, lag: now - max(due, since))
            writeOutput()
        }
    }

    private func takeMessages() {
        takesMessagesSince = MonotonicClock.now()
        sendMessages()
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
        takesMessagesSince = nil
        wakesAt = nil
        guard listener.finish() else { return closeNow() }
        writeOutput()
        if listener.finishesByEndingOutput {
            isEndingOutput = true
            hasEndedOutput = true
            context?.close(mode: .output, promise: nil)
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
        // Once both halves are shut the channel closes its socket without a further word: this is the last occasion.
        if isEndingOutput { readKernel() }
    }

    // TLS has written its last.
    private func wireCloses() {
        hasEndedOutput = true
        readKernel()
    }

    private func readKernel() {
        guard let context else { return }
        // Ended by the peer while our half is open, a connection stands in CLOSE only after a reset.
        let count = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { SocketCounters.read($0, closedOrderly: hasEndedOutput) }
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
        write(output)
    }

    private func write(_ bytes: ByteBuffer) {
        wireEnd?.up.applicationPassed(bytes.readableBytes)
        context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }
}

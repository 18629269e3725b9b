import ConnectionEnds
import Host
import Measurement
import NIOCore
import NIOSSL
import NIOTLS
import WireAccounting

/// The load generator's end of one TCP connection, above TLS. Timestamps arrivals, counts bytes, and carries out the
/// decisions of ``ClientConnectionLife``. It serves one client or, with HTTP/2, one stream for each of many clients.
final class ClientConnection: ChannelDuplexHandler, WireOwner, FleetConnection {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Must be set as the channel's buffer allocator, so that it sees which bytes wait before each read.
    let allocator = ArrivalAllocator()
    /// When the last byte of the newest read arrived.
    private(set) var lastArrival = MonotonicInstant(nanoseconds: 0)
    /// With HTTP/2 only: the handler that opens the streams above.
    weak var streams: HTTP2ClientConnection?
    // With HTTP/2 only.
    private var streamTally: WebSocketStreamTally?

    private let fleet: SocketFleet
    private var attempt = ConnectionAttempt()
    private var life: ClientConnectionLife
    private var kernel = LastKernelCount { SocketCounters.read($0, closedOrderly: $1, peer: &$2) }
    private var context: ChannelHandlerContext?
    // With TLS only: the connection's end below it.
    private var wireEnd: TLSWireEnd?

    init(fleet: SocketFleet, carriesHTTP2: Bool, isEncrypted: Bool) {
        self.fleet = fleet
        streamTally = carriesHTTP2 ? WebSocketStreamTally() : nil
        life = ClientConnectionLife(isEncrypted: isEncrypted, readsBeforeWrites: fleet.awaitsWrites)
    }

    /// Whether the connection is open, as far as reads and writes have shown.
    var isOpen: Bool { context?.channel.isActive ?? false }

    /// Makes the handler below TLS in this connection's pipeline.
    func makeWireEnd() -> any ChannelHandler {
        let end = TLSWireEnd(self, counting: TLSTally())
        wireEnd = end
        return end
    }

    /// The attempt to connect has failed.
    ///
    /// - Returns: Whether the clients have to try again now.
    func openingFailed() -> Bool { attempt.fails() }

    /// A proxy has opened a tunnel for this connection.
    func tunnelOpened(bytesUp: Int, bytesDown: Int) {
        fleet.ledger.book(bytesUp, .handshake, .up)
        fleet.ledger.book(bytesDown, .handshake, .down)
    }

    /// Content of a stream was passed to its client.
    func contentDelivered(_ count: Int) {
        streamTally?.delivered(count)
    }

    func finishStreams() {
        streams?.finish()
    }

    // MARK: Slow reading

    /// Reads the bytes of one period.
    func readSlowly() {
        context?.channel.read()
    }

    /// From now on reads all that arrives, so that the connection can end in order.
    func readFreely() {
        if fleet.plan.readBytesPerSecond == nil { return }
        allocator.capacity = ArrivalReader.capacity
        _ = context?.channel.setOption(.autoRead, value: true)
    }

    // MARK: Reads and writes

    func channelActive(context: ChannelHandlerContext) {
        guard attempt.opens() else { return context.close(promise: nil) }
        self.context = context
        enableTimestamps(context)
        if let rate = fleet.plan.readBytesPerSecond {
            allocator.capacity = SlowReading.portion(bytesPerSecond: rate)
        }
        fleet.connectionOpened(self)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if attempt.isAbandoned { return }
        // Read the clock first: the work below must not count in the item's latency.
        let now = MonotonicClock.now()
        let bytes = unwrapInboundIn(data)
        wireEnd?.tally?.down.applicationPassed(bytes.readableBytes)
        lastArrival = allocator.stamp(at: now)
        if streamTally != nil { bytes.withUnsafeReadableBytes { streamTally?.tally.down.passed($0) } }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        if wireEnd == nil { wireReadComplete() }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let bytes = unwrapOutboundIn(data)
        guard fleet.awaitsWrites || streamTally != nil else {
            wireEnd?.tally?.up.applicationPassed(bytes.readableBytes)
            return context.write(data, promise: promise)
        }
        // Counted only after success: a broken connection does not send the bytes.
        let written = promise ?? context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenSuccess {
            self.wireEnd?.tally?.up.applicationPassed(bytes.readableBytes)
            bytes.withUnsafeReadableBytes { self.streamTally?.tally.up.passed($0) }
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
        if attempt.isAbandoned { return }
        if error is IOError { carryOut(life.wireBroke()) } else { life.peerLost() }
        // A missing TLS closing alert is not an error here: the transport's own end shows whether the end was orderly.
        if case .uncleanShutdown? = error as? NIOSSLError { return }
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if attempt.isAbandoned { return }
        self.context = nil
        wireEnd?.tally?.book(in: &fleet.ledger)
        wireEnd?.tally?.count(in: &fleet.recorder.messages)
        wireEnd = nil
        context.fireChannelInactive()
        // By now the streams have received all content.
        streamTally?.book(in: &fleet.ledger)
        fleet.bookCounters(kernel.count)
        fleet.connectionClosed(self)
    }

    // MARK: Events below TLS

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
            // If it fails, there is no event, and the socket is closed.
            readCounters()
            context.close(mode: mode, promise: promise)
            // If a reset is next, no event follows.
            readCounters()
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
        // Ending the output may end the connection and set the property to nil.
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

    /// The kernel's counters now; `nil` once the connection is gone.
    func countNow() -> KernelCount? {
        context.flatMap { kernel.now($0, orderly: life.isOrderlyEnd) }
    }

    private func enableTimestamps(_ context: ChannelHandlerContext) {
        guard let socket = context.socket, SocketArrival.enableTimestamps(on: socket) else { return }
        allocator.socket = socket
    }
}

import ConnectionEnds
import Dissection
import Host
import Measurement
import NIOCore
import NIOPosix
import WireAccounting

/// One connection of a browser, and the one to the server that belongs to it: passes all bytes and dissects them.
///
/// Not `Sendable`: it stays on its event loop. The kernel's counters are those of the browser's connection.
final class TapConnection {
    private let tap: PageTap
    private var head = TapHead()
    private var isDecided = false
    private var isPage = false
    private var dissector = ConnectionDissector()
    private var kernel = LastKernelCount { SocketCounters.read($0, at: .server, closedOrderly: $1, peer: &$2) }
    private var browser: ChannelHandlerContext?
    private var server: ChannelHandlerContext?
    private var waiting = ByteBuffer()
    private var browserHasEnded = false
    private let arrivals = ArrivalAllocator()

    init(_ tap: PageTap) {
        self.tap = tap
    }

    /// Whether the bytes count: not those of the page itself.
    var counts: Bool { !isPage }
    var ledger: ByteLedger { dissector.ledger }
    var dissection: DissectionCounts { dissector.counts }
    var requestHead: String { isDecided && !isPage ? head.text : "" }

    /// The kernel's counters now, or as last read.
    func kernelCount() -> KernelCount? {
        if let browser { kernel.read(browser) }
        return kernel.count
    }

    /// Reads nothing more from the server.
    func stopReading() {
        _ = server?.channel.setOption(.autoRead, value: false)
    }

    func close() {
        readCounters()
        server?.close(promise: nil)
        browser?.close(promise: nil)
    }

    // MARK: The browser's end

    func browserConnected(_ context: ChannelHandlerContext) {
        browser = context
        readCounters()
    }

    func browserSent(_ bytes: ByteBuffer) {
        if !isDecided {
            switch head.received(bytes.readableBytesView) {
            case .wait: break
            case .page:
                (isDecided, isPage) = (true, true)
                browser?.writeAndFlush(NIOAny(TapHead.response), promise: nil)
                browser?.close(promise: nil)
                return
            case .server:
                isDecided = true
                connect()
            }
        }
        if isPage { return }
        bytes.withUnsafeReadableBytes { dissector.take($0, .up, at: MonotonicClock.now()) }
        readCounters()
        if let server { return server.writeAndFlush(NIOAny(bytes), promise: nil) }
        waiting.writeImmutableBuffer(bytes)
    }

    func browserEnded() {
        browserHasEnded = true
        readCounters()
        if let server { server.close(mode: .output, promise: nil) } else if !isDecided { close() }
    }

    func browserGone() {
        browser = nil
        server?.close(promise: nil)
        tap.ended(self)
    }

    /// Whether the browser takes more bytes.
    func browserIsWritable(_ isWritable: Bool) {
        if !tap.isFrozen { _ = server?.channel.setOption(.autoRead, value: isWritable) }
    }

    // MARK: The server's end

    private func connect() {
        guard let browser else { return }
        let bound = NIOLoopBound(self, eventLoop: browser.eventLoop)
        let bootstrap = ClientBootstrap(group: browser.eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelOption(.recvAllocator, value: arrivals)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(TapServerSide(bound.value))
                }
            }
        bootstrap.connect(host: tap.host, port: tap.serverPort).whenFailure { error in
            bound.value.couldNotConnect(error)
        }
    }

    private func couldNotConnect(_ error: any Error) {
        tap.note("the server cannot be reached: \(NetworkErrorText.text(error))")
        close()
    }

    func serverConnected(_ context: ChannelHandlerContext) {
        server = context
        if let socket = context.socket, SocketArrival.enableTimestamps(on: socket) { arrivals.socket = socket }
        if waiting.readableBytes > 0 { context.writeAndFlush(NIOAny(waiting), promise: nil) }
        waiting = ByteBuffer()
        if browserHasEnded { context.close(mode: .output, promise: nil) }
    }

    func serverSent(_ bytes: ByteBuffer) {
        let arrival = arrivals.stamp(at: MonotonicClock.now())
        guard let browser else { return }
        let before = dissector.counts.items
        bytes.withUnsafeReadableBytes { dissector.take($0, .down, at: arrival) }
        tap.itemsArrived(dissector.counts.items - before, at: arrival)
        browser.writeAndFlush(NIOAny(bytes), promise: nil)
        readCounters()
    }

    func serverEnded() {
        readCounters()
        if browserHasEnded { browser?.close(promise: nil) } else { browser?.close(mode: .output, promise: nil) }
    }

    func serverGone() {
        server = nil
        readCounters()
        browser?.close(promise: nil)
    }

    // A closed socket has no counters, and a channel may close after any event.
    private func readCounters() {
        if let browser { kernel.read(browser) }
    }
}

/// The handler of the browser's end.
final class TapBrowserSide: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let connection: TapConnection

    init(_ connection: TapConnection) { self.connection = connection }

    func channelActive(context: ChannelHandlerContext) { connection.browserConnected(context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { connection.browserSent(unwrapInboundIn(data)) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { connection.browserEnded() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        connection.browserIsWritable(context.channel.isWritable)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { connection.close() }

    func channelInactive(context: ChannelHandlerContext) { connection.browserGone() }
}

/// The handler of the server's end.
private final class TapServerSide: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let connection: TapConnection

    init(_ connection: TapConnection) { self.connection = connection }

    func channelActive(context: ChannelHandlerContext) { connection.serverConnected(context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { connection.serverSent(unwrapInboundIn(data)) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { connection.serverEnded() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelInactive(context: ChannelHandlerContext) { connection.serverGone() }
}

import ConnectionEnds
import NIOCore
import NIOHTTP2
import NIOTLS
import Transports

/// One HTTP/2 connection of the load generator, above its frames: once the server has said that it takes WebSockets,
/// every caller gets a stream.
final class HTTP2ClientConnection: ChannelInboundHandler, HTTP2StreamOwner {
    typealias InboundIn = HTTP2Frame

    private let fleet: SocketFleet
    private let connection: ClientConnection
    private let isEncrypted: Bool
    private var streams: ClientStreams<Caller>
    // Opens streams, once the server has said that it takes WebSockets.
    private var multiplexer: NIOHTTP2Handler.StreamMultiplexer?
    private var context: ChannelHandlerContext?
    private var patience: Scheduled<Void>?

    private static let openingTimeout = TimeAmount.seconds(10)

    init(for caller: Caller, on connection: ClientConnection, isShared: Bool, isEncrypted: Bool, fleet: SocketFleet) {
        streams = ClientStreams(for: caller, isShared: isShared)
        self.connection = connection
        self.isEncrypted = isEncrypted
        self.fleet = fleet
    }

    /// Whether a further caller may join.
    var takesCallers: Bool { streams.takesCallers }

    /// Opens a stream for a further caller, as soon as that can be.
    func carry(_ caller: Caller) {
        if streams.joins(caller) { openStream(for: caller) }
    }

    /// The callers that never got a stream, of a connection that could not be opened.
    func takeWaiting() -> [Caller] {
        streams.takeWaiting()
    }

    /// No client comes back: the connection ends with its last stream.
    func finish() {
        _ = streams.takeWaiting()
        endIfUnused()
    }

    // MARK: Called by streams

    func contentDelivered(_ count: Int) {
        connection.contentDelivered(count)
    }

    func streamEnded() {
        streams.streamEnded()
        endIfUnused()
    }

    // MARK: Channel events

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        let patience = context.eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(in: Self.openingTimeout) {
            self.fail("the server did not open HTTP/2 in time")
        }
        self.patience = patience
        if !isEncrypted { beginHTTP2(context) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case TLSUserEvent.handshakeCompleted(let agreed):
            // RFC 9113 §3.2: over TLS, HTTP/2 is spoken where ALPN agreed on it.
            if agreed == Self.protocolName { return beginHTTP2(context) }
            fail("the server did not agree to HTTP/2 (h2) when TLS was set up")
        case ChannelEvent.inputClosed: context.close(promise: nil)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data).payload {
        case .settings(.settings(let settings)): if streams.isOpening { settingsArrived(settings, context) }
        case .goAway: streams.leaves()
        default: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if streams.isAbandoned { return context.close(promise: nil) }
        if streams.isOpening, error is any NIOHTTP2Error {
            fail("the server does not speak HTTP/2; allowed without it is http: 1.1")
        } else {
            fail("a connection failed: \(NetworkWords.text(error))")
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        streams.leaves()
        multiplexer = nil
        patience?.cancel()
        stranded(takeWaiting())
        context.fireChannelInactive()
    }

    // MARK: Opening

    /// For ALPN (RFC 9113 §3.2).
    static let protocolName = "h2"

    private func beginHTTP2(_ context: ChannelHandlerContext) {
        // TLS may find itself agreed on a connection that broke under its last word; the end is on its way then.
        guard context.channel.isActive else { return }
        let handler = NIOHTTP2Handler(
            mode: .client, eventLoop: context.eventLoop, connectionConfiguration: Self.connectionConfiguration,
            streamConfiguration: Self.streamConfiguration
        ) { stream in
            // Servers open no streams: pushing is refused in the SETTINGS.
            stream.close()
        }
        do {
            try context.pipeline.syncOperations.addHandler(handler, position: .before(context.handler))
        } catch {
            fail("HTTP/2 could not be set up: \(NetworkWords.text(error))")
        }
    }

    private func settingsArrived(_ settings: HTTP2Settings, _ context: ChannelHandlerContext) {
        patience?.cancel()
        // RFC 8441 §3: without it no such request may be sent.
        guard settings.contains(where: { $0.parameter == .enableConnectProtocol && $0.value == 1 }) else {
            return fail(
                "the server does not offer WebSocket over HTTP/2: ENABLE_CONNECT_PROTOCOL is not in its SETTINGS")
        }
        do {
            let handler = try context.pipeline.syncOperations.handler(type: NIOHTTP2Handler.self)
            multiplexer = try handler.syncMultiplexer()
            streams.ready()
            while let caller = streams.next() { openStream(for: caller) }
        } catch {
            fail("HTTP/2 could not be set up: \(NetworkWords.text(error))")
        }
    }

    private func openStream(for caller: Caller) {
        guard let context, let multiplexer else { return }
        streams.streamOpens()
        let handlers: [any ChannelHandler] = [
            HTTP2StreamHandler(ClientStream(request: caller.listener.streamRequest), on: self),
            SocketClient(caller, on: connection, fleet: fleet),
        ]
        let bound = NIOLoopBound(handlers, eventLoop: context.eventLoop)
        let opened = context.eventLoop.makePromise(of: (any Channel).self)
        // With TLS the SETTINGS may be read from a connection that is already gone; no stream comes to be then.
        opened.futureResult.assumeIsolated().whenFailure { _ in
            self.streams.streamEnded()
            self.stranded([caller])
        }
        multiplexer.createStreamChannel(promise: opened) { stream in
            stream.eventLoop.makeCompletedFuture { try stream.pipeline.syncOperations.addHandlers(bound.value) }
        }
    }

    private func stranded(_ callers: [Caller]) {
        if callers.isEmpty { return }
        if !streams.hasFailed { fleet.recorder.fail("the server ended a connection") }
        for caller in callers { fleet.retry(caller) }
    }

    private static var connectionConfiguration: NIOHTTP2Handler.ConnectionConfiguration {
        var configuration = NIOHTTP2Handler.ConnectionConfiguration()
        configuration.initialSettings = [
            HTTP2Setting(parameter: .enablePush, value: 0),
            HTTP2Setting(parameter: .initialWindowSize, value: streamWindowBytes),
        ]
        configuration.targetWindowSize = connectionWindowBytes
        return configuration
    }

    private static var streamConfiguration: NIOHTTP2Handler.StreamConfiguration {
        var configuration = NIOHTTP2Handler.StreamConfiguration()
        configuration.targetWindowSize = streamWindowBytes
        // As a socket has them.
        configuration.outboundBufferSizeLowWatermark = 32 << 10
        configuration.outboundBufferSizeHighWatermark = 64 << 10
        // A server that stops may reset all of its clients' streams.
        configuration.streamResetFrameRateLimit.maximumCount = 100_000
        return configuration
    }

    // What is under way to a client is bounded by the kernel's buffers, as with a connection of its own; the windows
    // are to end what those would let pass only for a client that does not read.
    private static let streamWindowBytes = 1 << 20
    private static let connectionWindowBytes = 16 << 20

    // MARK: The end

    private func fail(_ sentence: String) {
        if streams.fails() { fleet.recorder.fail(sentence) }
        context?.close(promise: nil)
    }

    /// The client ends its half and the server the other: what the server had under way is read and counted.
    ///
    /// No GOAWAY is sent: it tells which of the server's streams were served, and servers open none here.
    private func endIfUnused() {
        guard let context, streams.endsNow(isFinishing: fleet.isFinishing) else { return }
        // What the last stream's end has left in the frames' buffers goes out first.
        context.eventLoop.assumeIsolatedUnsafeUnchecked().execute {
            self.context?.close(mode: .output, promise: nil)
        }
    }
}

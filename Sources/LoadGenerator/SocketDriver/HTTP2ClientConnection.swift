import ConnectionEnds
import Host
import NIOCore
import NIOHTTP2
import NIOTLS
import Transports

/// One HTTP/2 connection of the load generator, above the frame layer. Opens a stream for each client once the server's
/// SETTINGS allow WebSockets.
final class HTTP2ClientConnection: ChannelInboundHandler, HTTP2StreamOwner {
    typealias InboundIn = HTTP2Frame

    private let fleet: SocketFleet
    private let connection: ClientConnection
    private let isEncrypted: Bool
    private var streams: ClientStreams<PendingClient>
    // Opens streams; `nil` until the server's SETTINGS allow WebSockets.
    private var multiplexer: NIOHTTP2Handler.StreamMultiplexer?
    private var context: ChannelHandlerContext?
    private var patience: Scheduled<Void>?

    private static let openingTimeout = TimeAmount.seconds(10)
    private static let remedy = "use \(HTTPVersion.key.option.name): \(HTTPVersion.one.rawValue)"

    init(
        for client: PendingClient, on connection: ClientConnection, isShared: Bool, isEncrypted: Bool,
        fleet: SocketFleet
    ) {
        streams = ClientStreams(for: client, isShared: isShared)
        self.connection = connection
        self.isEncrypted = isEncrypted
        self.fleet = fleet
    }

    /// Whether a further client may join.
    var acceptsClients: Bool { streams.acceptsClients }

    /// Opens a stream for a further client as soon as possible.
    func carry(_ client: PendingClient) {
        if streams.joins(client) { openStream(for: client) }
    }

    /// The connection could not be opened. Removes and returns the clients that waited for it.
    func openingFailed() -> [PendingClient] {
        streams.openingFailed()
    }

    /// No client will reconnect: the connection ends with its last stream. Clients that wait still get a stream and end
    /// it at once, because the server counts a connection from its first stream.
    func finish() {
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
            let allowed = Self.openingTimeout.nanoseconds / 1_000_000_000
            self.fail("the server did not open HTTP/2 within \(allowed) s")
        }
        self.patience = patience
        if !isEncrypted { beginHTTP2(context) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case TLSUserEvent.handshakeCompleted(let agreed):
            // RFC 9113 §3.2: over TLS, HTTP/2 requires agreement by ALPN.
            if agreed == Self.protocolName { return beginHTTP2(context) }
            fail("the server did not accept HTTP/2 (ALPN h2) in the TLS handshake; \(Self.remedy)")
        case ChannelEvent.inputClosed: context.close(promise: nil)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data).payload {
        case .settings(.settings(let settings)): if streams.isOpening { settingsArrived(settings, context) }
        case .goAway: streams.stopOpening()
        default: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if streams.isClosingIdle { return context.close(promise: nil) }
        if streams.isOpening, error is any NIOHTTP2Error {
            fail("the server does not support HTTP/2; \(Self.remedy)")
        } else {
            fail("a connection failed: \(NetworkErrorText.text(error))")
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        streams.stopOpening()
        multiplexer = nil
        patience?.cancel()
        retry(streams.takeWaiting())
        context.fireChannelInactive()
    }

    // MARK: Opening

    /// Protocol name in ALPN (RFC 9113 §3.2).
    static let protocolName = "h2"

    private func beginHTTP2(_ context: ChannelHandlerContext) {
        // TLS may complete its handshake on a connection that broke meanwhile; channelInactive follows then.
        guard context.channel.isActive else { return }
        let handler = NIOHTTP2Handler(
            mode: .client, eventLoop: context.eventLoop, connectionConfiguration: Self.connectionConfiguration,
            streamConfiguration: Self.streamConfiguration
        ) { stream in
            // Servers open no streams: our SETTINGS disable push.
            stream.close()
        }
        do {
            try context.pipeline.syncOperations.addHandler(handler, position: .before(context.handler))
        } catch {
            fail("HTTP/2 could not be set up: \(NetworkErrorText.text(error))")
        }
    }

    private func settingsArrived(_ settings: HTTP2Settings, _ context: ChannelHandlerContext) {
        patience?.cancel()
        // RFC 8441 §3: without this setting a client must not send such a request.
        guard settings.contains(where: { $0.parameter == .enableConnectProtocol && $0.value == 1 }) else {
            return fail(
                "the server does not offer WebSocket over HTTP/2: ENABLE_CONNECT_PROTOCOL is not in its SETTINGS")
        }
        do {
            let handler = try context.pipeline.syncOperations.handler(type: NIOHTTP2Handler.self)
            multiplexer = try handler.syncMultiplexer()
            streams.ready()
            while let client = streams.next() { openStream(for: client) }
        } catch {
            fail("HTTP/2 could not be set up: \(NetworkErrorText.text(error))")
        }
    }

    private func openStream(for client: PendingClient) {
        guard let context, let multiplexer else { return }
        streams.streamOpens()
        let handlers: [any ChannelHandler] = [
            HTTP2StreamHandler(ClientStream(request: client.listener.streamRequest), on: self),
            ChannelClient(client, on: connection, fleet: fleet),
        ]
        let bound = NIOLoopBound(handlers, eventLoop: context.eventLoop)
        let opened = context.eventLoop.makePromise(of: (any Channel).self)
        // With TLS, the SETTINGS may be read from a connection that is already gone; then no stream can be opened.
        opened.futureResult.assumeIsolated().whenFailure { _ in
            self.streams.streamEnded()
            self.retry([client])
        }
        multiplexer.createStreamChannel(promise: opened) { stream in
            stream.eventLoop.makeCompletedFuture { try stream.pipeline.syncOperations.addHandlers(bound.value) }
        }
    }

    private func retry(_ clients: [PendingClient]) {
        if clients.isEmpty || fleet.isFinishing { return }
        if !streams.hasFailed {
            fleet.recorder.couldNotConnect("the server ended a connection", at: MonotonicClock.now())
        }
        for client in clients { fleet.retry(client) }
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
        // The same watermarks as a socket channel.
        configuration.outboundBufferSizeLowWatermark = 32 << 10
        configuration.outboundBufferSizeHighWatermark = 64 << 10
        // A server that stops may reset the streams of all clients at once.
        configuration.streamResetFrameRateLimit.maximumCount = 100_000
        return configuration
    }

    // Large windows, so that usually the kernel's buffers limit the bytes in flight, as with HTTP/1.1. The windows only
    // limit what a client that does not read can accumulate.
    private static let streamWindowBytes = 1 << 20
    private static let connectionWindowBytes = 16 << 20

    // MARK: The end

    private func fail(_ sentence: String) {
        if streams.fails() { fleet.recorder.couldNotConnect(sentence, at: MonotonicClock.now()) }
        context?.close(promise: nil)
    }

    /// Closes our half of an unused connection. The server then closes the other half, so all bytes that it has sent
    /// are read and counted.
    ///
    /// No GOAWAY is sent: it would report which of the server's streams were processed, and servers open none here.
    private func endIfUnused() {
        guard let context, streams.endsNow(isFinishing: fleet.isFinishing) else { return }
        // Deferred, so that frames buffered by the last stream's end are sent first.
        context.eventLoop.assumeIsolatedUnsafeUnchecked().execute {
            self.context?.close(mode: .output, promise: nil)
        }
    }
}

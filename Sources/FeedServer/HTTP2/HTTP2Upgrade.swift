import ConnectionEnds
import NIOCore
import NIOHTTP2
import WireAccounting

/// Turns a connection that begins with the HTTP/2 preface into an HTTP/2 connection: by prior knowledge (RFC 9113
/// §3.3), or negotiated by TLS.
enum HTTP2Upgrade {
    /// Whether the bytes begin with the preface; `nil` while bytes are missing to decide.
    static func begins(_ bytes: ByteBuffer) -> Bool? {
        let preface = HTTP2FrameTally.preface.utf8
        let seen = bytes.readableBytesView.prefix(preface.count)
        guard preface.starts(with: seen) else { return false }
        return seen.count == preface.count ? true : nil
    }

    /// Adds the HTTP/2 handlers before the handler that read the first bytes; the caller removes that handler. Each
    /// stream gets a new handler.
    ///
    /// - Parameters:
    ///   - context: Context of the handler that read the first bytes.
    ///   - connection: Counts the frames and closes the connection.
    ///   - maximumStreams: Streams that the client may have open at once.
    ///   - makeHandler: Makes the handler of a stream with this number; called on the connection's event loop.
    ///     `isRefused`: the stream's request is answered 503.
    /// - Throws: The error of a handler that cannot be added.
    static func perform(
        before context: ChannelHandlerContext, by connection: HTTP2Connection,
        maximumStreams: Int, makeHandler: @escaping (_ stream: Int, _ isRefused: Bool) -> ConnectionHandler
    ) throws {
        let operations = context.pipeline.syncOperations
        try operations.addHandler(connection, position: .before(context.handler))
        let streams = NIOLoopBound((connection, makeHandler), eventLoop: context.eventLoop)
        _ = try operations.configureHTTP2Pipeline(
            mode: .server, connectionConfiguration: connectionConfiguration(maximumStreams),
            streamConfiguration: streamConfiguration
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                let (connection, makeHandler) = streams.value
                let admission = connection.streamOpened()
                let isRefused = admission == .refused
                let handler = HTTP2StreamHandler(
                    ServerStream(isRefused: isRefused), on: connection, isCounted: !isRefused)
                let number = try stream.syncOptions?.getOption(HTTP2StreamChannelOptions.streamID)
                let handlers: [any ChannelHandler] = [
                    handler, makeHandler(number.map { Int($0) } ?? 0, admission == .unavailable),
                ]
                try stream.pipeline.syncOperations.addHandlers(handlers)
            }
        }
    }

    private static func connectionConfiguration(_ maximumStreams: Int) -> NIOHTTP2Handler.ConnectionConfiguration {
        var configuration = NIOHTTP2Handler.ConnectionConfiguration()
        configuration.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: maximumStreams),
            HTTP2Setting(parameter: .maxHeaderListSize, value: 16 << 10),
            HTTP2Setting(parameter: .enableConnectProtocol, value: 1),
        ]
        return configuration
    }

    private static var streamConfiguration: NIOHTTP2Handler.StreamConfiguration {
        var configuration = NIOHTTP2Handler.StreamConfiguration()
        configuration.outboundBufferSizeHighWatermark = 256 << 10
        configuration.outboundBufferSizeLowWatermark = 64 << 10
        // The connection's budget counts resets. NIO allocates 8 B per allowed reset for each connection in advance:
        // with a limit above that of our budget, each connection took 800 kB of address space.
        configuration.streamResetFrameRateLimit.windowLength = .milliseconds(1)
        configuration.streamResetFrameRateLimit.maximumCount = 1_000
        return configuration
    }
}

import NIOCore
import NIOHTTP2
import WireAccounting

/// Turns a connection that has begun with the preface of HTTP/2 into one (RFC 9113 §3.3): by prior knowledge, or because
/// TLS agreed on it.
enum HTTP2Upgrade {
    /// Whether the bytes are the preface; `nil` while that is open.
    static func begins(_ bytes: ByteBuffer) -> Bool? {
        let preface = HTTP2FrameTally.preface.utf8
        let seen = bytes.readableBytesView.prefix(preface.count)
        guard preface.starts(with: seen) else { return false }
        return seen.count == preface.count ? true : nil
    }

    /// Puts HTTP/2 around the handler that read the first bytes, which is to leave; every stream gets a handler of its own.
    ///
    /// - Parameters:
    ///   - context: Of the handler that read the first bytes.
    ///   - connection: Counts and closes.
    ///   - makeHandler: Makes a stream's handler; called on the connection's event loop.
    /// - Throws: What the pipeline refuses.
    static func perform(
        before context: ChannelHandlerContext, by connection: HTTP2Connection,
        makeHandler: @escaping () -> ConnectionHandler
    ) throws {
        let operations = context.pipeline.syncOperations
        try operations.addHandler(connection, position: .before(context.handler))
        let streams = NIOLoopBound(makeHandler, eventLoop: context.eventLoop)
        _ = try operations.configureHTTP2Pipeline(
            mode: .server, connectionConfiguration: connectionConfiguration, streamConfiguration: streamConfiguration
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                let handlers: [any ChannelHandler] = [HTTP2StreamCodec(), streams.value()]
                try stream.pipeline.syncOperations.addHandlers(handlers)
            }
        }
    }

    private static var connectionConfiguration: NIOHTTP2Handler.ConnectionConfiguration {
        var configuration = NIOHTTP2Handler.ConnectionConfiguration()
        configuration.initialSettings = [
            // All clients of a load may share one connection.
            HTTP2Setting(parameter: .maxConcurrentStreams, value: 20_000),
            HTTP2Setting(parameter: .maxHeaderListSize, value: 16 << 10),
            HTTP2Setting(parameter: .enableConnectProtocol, value: 1),
        ]
        return configuration
    }

    private static var streamConfiguration: NIOHTTP2Handler.StreamConfiguration {
        var configuration = NIOHTTP2Handler.StreamConfiguration()
        configuration.outboundBufferSizeHighWatermark = 256 << 10
        configuration.outboundBufferSizeLowWatermark = 64 << 10
        // Thousands of clients on one connection that leave at once are no attack here.
        configuration.streamResetFrameRateLimit.maximumCount = 100_000
        return configuration
    }
}

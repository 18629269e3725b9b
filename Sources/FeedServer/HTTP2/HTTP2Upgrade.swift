import ConnectionEnds
import NIOCore
import NIOHTTP2
import WireAccounting

/// Turns a connection that has begun with the preface of HTTP/2 into one (RFC 9113 §3.3): by prior knowledge, or
/// because TLS agreed on it.
enum HTTP2Upgrade {
    /// Whether the bytes are the preface; `nil` while that is open.
    static func begins(_ bytes: ByteBuffer) -> Bool? {
        let preface = HTTP2FrameTally.preface.utf8
        let seen = bytes.readableBytesView.prefix(preface.count)
        guard preface.starts(with: seen) else { return false }
        return seen.count == preface.count ? true : nil
    }

    /// Puts HTTP/2 around the handler that read the first bytes, which is to leave; every stream gets a handler of its
    /// own.
    ///
    /// - Parameters:
    ///   - context: Of the handler that read the first bytes.
    ///   - connection: Counts and closes.
    ///   - maximumStreams: Streams that the client may have open at once.
    ///   - makeHandler: Makes a stream's handler; called on the connection's event loop. `isRefused`: its request is
    ///     answered 503.
    /// - Throws: What the pipeline refuses.
    static func perform(
        before context: ChannelHandlerContext, by connection: HTTP2Connection,
        maximumStreams: Int, makeHandler: @escaping (_ isRefused: Bool) -> ConnectionHandler
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
                let handlers: [any ChannelHandler] = [handler, makeHandler(admission == .unavailable)]
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
        // Resets are counted by the connection's budget. NIO reserves 8 B per connection for each reset that it allows,
        // at once: with a limit above that of our budget, each connection took 800 kB of address space.
        configuration.streamResetFrameRateLimit.windowLength = .milliseconds(1)
        configuration.streamResetFrameRateLimit.maximumCount = 1_000
        return configuration
    }
}

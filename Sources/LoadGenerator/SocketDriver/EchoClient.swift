import Host
import Measurement
import NIOCore
import NIOPosix
import Transports
import WebSocketProtocol

/// A WebSocket client that sends every message back as it came, until the server closes.
package struct EchoClient: Sendable {
    /// Why the connection did not come about.
    package enum Fault: Error, CustomStringConvertible {
        case unreachable(String)
        case handshake(HandshakeError)
        case endedBeforeAnswer

        package var description: String {
            switch self {
            case .unreachable(let reason): "the server cannot be reached: \(reason)"
            case .handshake(let error): "the WebSocket handshake failed: \(error)"
            case .endedBeforeAnswer: "the WebSocket handshake failed: the server ended the connection before its answer"
            }
        }
    }

    private let host: String
    private let port: Int
    private let target: String

    /// - Parameters:
    ///   - host: Name or address of the server.
    ///   - port: Its port.
    ///   - target: Path and query of the URL.
    package init(host: String, port: Int, target: String) {
        self.host = host
        self.port = port
        self.target = target
    }

    /// Connects, echoes and returns when the connection has ended.
    ///
    /// - Returns: How many messages were sent back.
    /// - Throws: ``Fault``.
    package func run() async throws -> Int {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let count = try await run(on: group.next())
            try? await group.shutdownGracefully()
            return count
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private func run(on eventLoop: any EventLoop) async throws -> Int {
        let ended = eventLoop.makePromise(of: Int.self)
        let (target, authority) = (target, URLAuthority.text(host: host, port: port))
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: eventLoop)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 64 << 10))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            EchoClientHandler(host: authority, target: target, ended: ended))
                    }
                }
                .connect(host: host, port: port)
                .get()
        } catch {
            ended.fail(error)
            throw Fault.unreachable("\(error)")
        }
        _ = channel
        return try await ended.futureResult.get()
    }
}

/// The connection of an ``EchoClient``.
private final class EchoClientHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var handshake: ClientHandshake
    private var endpoint: WebSocketEndpoint?
    private var maskKeys: MaskKeySource
    private let ended: EventLoopPromise<Int>

    // A server that has said its last word, or was told ours, has this long to end the connection.
    private static let closingTimeout = TimeAmount.seconds(5)

    init(host: String, target: String, ended: EventLoopPromise<Int>) {
        // Others choose what is sent here, so keys and masks come from the system (RFC 6455 §10.3).
        var random = SystemRandomNumberGenerator()
        let key = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        handshake = ClientHandshake(host: host, target: target, key: key, deflate: DeflateParameters())
        maskKeys = MaskKeySource(using: &random)
        self.ended = ended
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(handshake.requestHead), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if endpoint == nil, !open(&bytes, context) { return }
        endpoint?.receive(&bytes)
        endpoint?.echoMessages()
        writeOutput(context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        _ = context.channel.setOption(.autoRead, value: context.channel.isWritable)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let endpoint {
            ended.succeed(endpoint.sent.messages)
        } else {
            ended.fail(EchoClient.Fault.endedBeforeAnswer)
        }
    }

    private func open(_ bytes: inout ByteBuffer, _ context: ChannelHandlerContext) -> Bool {
        do throws(HandshakeError) {
            guard let outcome = try handshake.receive(&bytes) else { return false }
            endpoint = WebSocketEndpoint(role: .client, maskKeys: maskKeys, deflate: outcome.deflate)
            return true
        } catch {
            ended.fail(EchoClient.Fault.handshake(error))
            context.close(promise: nil)
            return false
        }
    }

    private func writeOutput(_ context: ChannelHandlerContext) {
        if let output = endpoint?.takeOutput() { context.writeAndFlush(wrapOutboundOut(output), promise: nil) }
        switch endpoint?.fate {
        case .drop: context.close(mode: .output, promise: nil)
        case .awaitPeer: break
        case .keep, nil: return
        }
        let channel = context.channel
        context.eventLoop.scheduleTask(in: Self.closingTimeout) { channel.close(promise: nil) }
    }
}

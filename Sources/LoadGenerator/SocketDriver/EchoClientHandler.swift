import NIOCore
import NIOSSL
import Transports
import WebSocketProtocol

/// The channel handler of an ``EchoClient``.
final class EchoClientHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var handshake: ClientHandshake
    private var endpoint: WebSocketEndpoint?
    private var maskKeys: MaskKeySource
    private let ended: EventLoopPromise<Int>

    // After our Close frame, or after an error, the server has this long to end the connection.
    private static let closingTimeout = TimeAmount.seconds(5)

    init(host: String, target: String, ended: EventLoopPromise<Int>) {
        // The peer chooses the content, so keys and masks come from the system's random numbers (RFC 6455 §10.3).
        maskKeys = .system
        handshake = ClientHandshake(
            host: host, target: target, key: maskKeys.nextHandshakeKey(), deflate: DeflateParameters())
        self.ended = ended
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(handshake.request), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if endpoint == nil, !open(&bytes, context) { return }
        endpoint?.receive(&bytes)
        endpoint?.echoMessages()
        writeOutput(context.channel)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        _ = context.channel.setOption(.autoRead, value: context.channel.isWritable)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A missing TLS closing alert is ignored: the connection has ended anyway.
        if case .uncleanShutdown? = error as? NIOSSLError { return }
        if endpoint == nil { ended.fail(EchoClientFault.unreachable(NetworkErrorText.text(error))) }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let endpoint {
            ended.succeed(endpoint.sent.messages)
        } else {
            ended.fail(EchoClientFault.endedBeforeAnswer)
        }
    }

    /// The server had this long for its answer.
    func handshakeLimitReached(_ limit: Duration, _ channel: any Channel) {
        guard endpoint == nil else { return }
        ended.fail(EchoClientFault.unanswered(within: limit))
        channel.close(promise: nil)
    }

    /// Begins the closing handshake, or ends the connection if it has begun.
    func stop(_ channel: any Channel) {
        if endpoint?.fate == .keep {
            endpoint?.close(.goingAway)
            writeOutput(channel)
        } else {
            // Before the handshake there is no message to count.
            if endpoint == nil { ended.succeed(0) }
            channel.close(promise: nil)
        }
    }

    private func open(_ bytes: inout ByteBuffer, _ context: ChannelHandlerContext) -> Bool {
        do throws(HandshakeError) {
            guard let agreement = try handshake.receive(&bytes) else { return false }
            endpoint = WebSocketEndpoint(role: .client, maskKeys: maskKeys, deflate: agreement.deflate)
            return true
        } catch {
            ended.fail(EchoClientFault.handshake(error))
            context.close(promise: nil)
            return false
        }
    }

    /// The handler is the last of its channel, so whatever the channel writes comes from here.
    private func writeOutput(_ channel: any Channel) {
        if let output = endpoint?.takeOutput() { channel.writeAndFlush(output, promise: nil) }
        switch endpoint?.fate {
        case .drop: channel.close(mode: .output, promise: nil)
        case .awaitPeer: break
        case .keep, nil: return
        }
        channel.eventLoop.scheduleTask(in: Self.closingTimeout) { channel.close(promise: nil) }
    }
}

import NIOCore
import WebSocketProtocol

/// Opens a tunnel through a proxy, then signals `channelActive` to the handlers above and removes itself.
final class ProxyTunnelHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Why there is no tunnel, as a sentence.
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    private var tunnel: ProxyTunnel
    private let whenOpen: (_ bytesUp: Int, _ bytesDown: Int) -> Void

    /// - Parameters:
    ///   - tunnel: The proxy's CONNECT dialogue.
    ///   - whenOpen: Called once the tunnel is open, with the bytes of the dialogue.
    init(_ tunnel: ProxyTunnel, whenOpen: @escaping (_ bytesUp: Int, _ bytesDown: Int) -> Void) {
        self.tunnel = tunnel
        self.whenOpen = whenOpen
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(tunnel.requestHead), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        do throws(HandshakeError) {
            guard try tunnel.receive(&bytes) else { return }
        } catch {
            context.fireErrorCaught(Refusal(description: "the proxy did not open a tunnel to the server: \(error)"))
            return context.close(promise: nil)
        }
        whenOpen(tunnel.requestHead.readableBytes, tunnel.responseBytes)
        context.fireChannelActive()
        if bytes.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(bytes)) }
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}

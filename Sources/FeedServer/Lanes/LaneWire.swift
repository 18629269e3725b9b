import NIOCore
import WireAccounting

/// Counts the bytes between TLS and the socket of a connection on a lane port.
final class LaneWire: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let tap: LaneTap

    init(_ tap: LaneTap) {
        self.tap = tap
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        tap.wirePassed(unwrapInboundIn(data).readableBytes, .up)
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        tap.wirePassed(unwrapOutboundIn(data).readableBytes, .down)
        context.write(data, promise: promise)
    }
}

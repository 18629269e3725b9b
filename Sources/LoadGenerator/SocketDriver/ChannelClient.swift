import ConnectionEnds
import Measurement
import NIOCore
import Transports
import WireAccounting

/// The top of a channel: passes events between SwiftNIO and its client.
final class ChannelClient: ChannelInboundHandler, ClientWire {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let client: SocketClient
    private let fleet: SocketFleet
    // The connection of this client, possibly shared.
    private let connection: ClientConnection
    private var context: ChannelHandlerContext?

    init(_ client: PendingClient, on connection: ClientConnection, fleet: SocketFleet) {
        self.client = SocketClient(client, fleet: fleet)
        self.connection = connection
        self.fleet = fleet
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        client.opened(on: self, port: context.channel.localAddress?.port)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        client.received(&bytes, at: connection.lastArrival)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        client.becameWritable()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed: client.inputEnded()
        case let answer as HTTP2StreamAnswer: client.streamAnswered(answer.fields, at: connection.lastArrival)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        client.failed(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        client.closed()
    }

    // MARK: Called by the client

    var isWritable: Bool { context?.channel.isWritable ?? false }

    func write(_ bytes: ByteBuffer, _ counts: ByteLedger) {
        if fleet.awaitsWrites, bytes.readableBytes > 0, let context {
            let written = context.eventLoop.makePromise(of: Void.self)
            written.futureResult.assumeIsolated().whenSuccess { [fleet] in fleet.ledger.merge(counts) }
            context.writeAndFlush(wrapOutboundOut(bytes), promise: written)
        } else {
            if bytes.readableBytes > 0 { context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil) }
            if connection.isOpen { fleet.ledger.merge(counts) }
        }
    }

    func endOutput() {
        context?.close(mode: .output, promise: nil)
    }

    func close() {
        context?.close(promise: nil)
    }
}

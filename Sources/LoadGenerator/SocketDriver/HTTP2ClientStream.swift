import NIOCore
import NIOHPACK
import NIOHTTP2

/// One stream of an HTTP/2 connection, seen by the client above it as a connection: DATA frames are its bytes.
final class HTTP2ClientStream: ChannelDuplexHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = HTTP2Frame.FramePayload

    /// The answer to the stream's request, for the client above.
    struct Answer {
        let fields: [(name: String, value: String)]
    }

    private let request: [(name: String, value: String)]
    private let connection: HTTP2ClientConnection
    private var hasEndedOutput = false
    private var peerHasEnded = false

    init(opening request: [(name: String, value: String)], on connection: HTTP2ClientConnection) {
        self.request = request
        self.connection = connection
    }

    func channelActive(context: ChannelHandlerContext) {
        // First, for a connection that breaks under the request ends within the write.
        context.fireChannelActive()
        let headers = HPACKHeaders(request.map { ($0.name, $0.value) })
        context.writeAndFlush(wrapOutboundOut(.headers(.init(headers: headers))), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .headers(let headers):
            let fields = headers.headers.map { (name: $0.name, value: $0.value) }
            context.fireUserInboundEventTriggered(Answer(fields: fields))
            if headers.endStream { peerEnded(context) }
        case .data(let data):
            if case .byteBuffer(let bytes) = data.data, bytes.readableBytes > 0 {
                connection.contentDelivered(bytes.readableBytes)
                context.fireChannelRead(wrapInboundOut(bytes))
            }
            if data.endStream { peerEnded(context) }
        default: break
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let bytes = unwrapOutboundIn(data)
        context.write(wrapOutboundOut(.data(.init(data: .byteBuffer(bytes)))), promise: promise)
    }

    /// The orderly end of a stream is END_STREAM both ways; a break is RST_STREAM with CANCEL (RFC 8441 §5).
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch mode {
        case .output: endOutput(context, promise)
        case .all where peerHasEnded && !hasEndedOutput: endOutput(context, promise)
        default: context.close(mode: mode, promise: promise)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        context.fireChannelInactive()
        connection.streamEnded()
    }

    private func peerEnded(_ context: ChannelHandlerContext) {
        peerHasEnded = true
        context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    }

    private func endOutput(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        if hasEndedOutput {
            promise?.succeed()
            return
        }
        hasEndedOutput = true
        let end = HTTP2Frame.FramePayload.Data(data: .byteBuffer(ByteBuffer()), endStream: true)
        context.writeAndFlush(wrapOutboundOut(.data(end)), promise: promise)
    }
}

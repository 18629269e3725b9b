import NIOCore
import NIOHPACK
import NIOHTTP2
import Transports

/// One stream of an HTTP/2 connection, seen by the handler above it as a connection that carries one exchange.
final class HTTP2StreamCodec: ChannelDuplexHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = HTTP2Frame.FramePayload

    private var response = HTTP2Response()
    private var isWebSocket = false
    private var peerHasEnded = false
    private var hasEndedOutput = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .headers(let headers): requestBegan(headers, context)
        case .data(let data):
            if case .byteBuffer(let bytes) = data.data, bytes.readableBytes > 0 {
                context.fireChannelRead(wrapInboundOut(bytes))
            }
            // A request's end says nothing; a WebSocket's is the peer's (RFC 8441 §5).
            if data.endStream, isWebSocket {
                peerHasEnded = true
                context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
            }
        default: break
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // With an end of the request no end of the exchange is meant.
        if case .inputClosed? = event as? ChannelEvent { return }
        context.fireUserInboundEventTriggered(event)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        context.fireChannelWritabilityChanged()
        // Unlike a socket's, a stream's channel does not read because `autoRead` is set again.
        if context.channel.isWritable { context.read() }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let parts = response.written(unwrapOutboundIn(data))
        for part in parts { context.write(wrapOutboundOut(payload(part)), promise: nil) }
        // What is written last is what is waited for.
        if let promise { context.eventLoop.makeSucceededVoidFuture().cascade(to: promise) }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch mode {
        case .output: endOutput(context, promise)
        // With both halves ended a WebSocket's stream ends in order; anything else is a break (RFC 8441 §5).
        case .all where peerHasEnded && !hasEndedOutput: endOutput(context, promise)
        default: context.close(mode: mode, promise: promise)
        }
    }

    private func endOutput(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        if !hasEndedOutput {
            hasEndedOutput = true
            let end = HTTP2Frame.FramePayload.Data(data: .byteBuffer(ByteBuffer()), endStream: true)
            context.writeAndFlush(wrapOutboundOut(.data(end)), promise: nil)
        }
        promise?.succeed()
    }

    private func requestBegan(_ headers: HTTP2Frame.FramePayload.Headers, _ context: ChannelHandlerContext) {
        do throws(HTTP2Request.Fault) {
            let request = try HTTP2Request(fields: headers.headers.map { ($0.name, $0.value) })
            isWebSocket = request.opensWebSocket
            response = HTTP2Response(answersHead: request.isHead)
            context.fireChannelRead(wrapInboundOut(request.head))
        } catch {
            context.writeAndFlush(wrapOutboundOut(.rstStream(.protocolError)), promise: nil)
        }
    }

    private func payload(_ part: HTTP2Response.Part) -> HTTP2Frame.FramePayload {
        switch part {
        case .head(let status, let fields, let endsStream):
            hasEndedOutput = hasEndedOutput || endsStream
            let headers = HPACKHeaders([(":status", status)] + fields.map { ($0.name, $0.value) })
            return .headers(.init(headers: headers, endStream: endsStream))
        case .content(let bytes, let endsStream):
            hasEndedOutput = hasEndedOutput || endsStream
            return .data(.init(data: .byteBuffer(bytes), endStream: endsStream))
        }
    }
}

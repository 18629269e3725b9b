import HTTP
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

    private let connection: HTTP2Connection
    private var request: StreamRequest
    private let isRefused: Bool
    private var response = HTTP2Response()
    private var hasEndedOutput = false

    init(streamOf connection: HTTP2Connection, isRefused: Bool) {
        self.connection = connection
        self.isRefused = isRefused
        request = StreamRequest(isRefused: isRefused)
    }

    func channelInactive(context: ChannelHandlerContext) {
        context.fireChannelInactive()
        if !isRefused { connection.streamClosed() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .headers(let headers):
            let isFirst = !request.hasBegun
            let fields = headers.headers.map { ($0.name, $0.value) }
            let outcome = request.fieldsArrived(fields, endsStream: headers.endStream)
            if isFirst { response = HTTP2Response(answersHead: request.isHead) }
            carryOut(outcome, context)
        case .data(let data):
            guard case .byteBuffer(let bytes) = data.data else { return }
            carryOut(request.contentArrived(bytes, endsStream: data.endStream), context)
        default: break
        }
    }

    private func carryOut(_ outcome: StreamRequest.Outcome, _ context: ChannelHandlerContext) {
        if let bytes = outcome.bytes, bytes.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(bytes)) }
        switch outcome.then {
        case .goOn: break
        case .peerEnded: context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        case .reset(let fault): reset(HTTP2ErrorCode(networkCode: Int(fault.rawValue)), context)
        }
    }

    private func reset(_ code: HTTP2ErrorCode, _ context: ChannelHandlerContext) {
        hasEndedOutput = true
        connection.streamWasReset()
        context.writeAndFlush(wrapOutboundOut(.rstStream(code)), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is NIOHTTP2Errors.StreamClosed { connection.streamWasReset() }
        context.fireErrorCaught(error)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // With an end of the request no end of the exchange is meant.
        if case .inputClosed? = event as? ChannelEvent { return }
        context.fireUserInboundEventTriggered(event)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let parts = response.written(unwrapOutboundIn(data))
        for part in parts { context.write(wrapOutboundOut(payload(part)), promise: nil) }
        if response.hasEnded { request.responseEnded() }
        // What is written last is what is waited for.
        if let promise { context.eventLoop.makeSucceededVoidFuture().cascade(to: promise) }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch mode {
        case .output: endOutput(context, promise)
        // With both halves ended a WebSocket's stream ends in order; anything else is a break (RFC 8441 §5).
        case .all where request.opensWebSocket && request.hasEnded && !hasEndedOutput: endOutput(context, promise)
        // RFC 9113 §8.1: the answer is complete, and the rest of the request is not needed.
        case .all where response.hasEnded && !request.hasEnded:
            context.writeAndFlush(wrapOutboundOut(.rstStream(.noError)), promise: promise)
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

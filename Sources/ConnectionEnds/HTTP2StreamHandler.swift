import NIOCore
import NIOHPACK
import NIOHTTP2

/// The connection of a stream.
package protocol HTTP2StreamOwner: AnyObject {
    /// A counted stream has ended.
    func streamEnded()
    /// A stream was reset, by the peer or because of what it sent.
    func streamWasReset()
    /// This many bytes of content were passed to the handler above.
    func contentDelivered(_ count: Int)
}

extension HTTP2StreamOwner {
    package func streamWasReset() {}
    package func contentDelivered(_ count: Int) {}
}

/// One stream of an HTTP/2 connection, presented to the handler above as a connection with one exchange.
package final class HTTP2StreamHandler<End: HTTP2StreamEnd>: ChannelDuplexHandler {
    package typealias InboundIn = HTTP2Frame.FramePayload
    package typealias InboundOut = ByteBuffer
    package typealias OutboundIn = ByteBuffer
    package typealias OutboundOut = HTTP2Frame.FramePayload

    private var end: End
    private let connection: any HTTP2StreamOwner
    private let isCounted: Bool
    private var hasEndedOutput = false

    /// - Parameters:
    ///   - end: Decides what the peer's frames mean and which frames are sent.
    ///   - connection: The stream's connection.
    ///   - isCounted: Whether the end of the stream is reported to the connection.
    package init(_ end: End, on connection: any HTTP2StreamOwner, isCounted: Bool = true) {
        self.end = end
        self.connection = connection
        self.isCounted = isCounted
    }

    package func channelActive(context: ChannelHandlerContext) {
        // First, because a connection that breaks during the request ends within the write.
        context.fireChannelActive()
        if let fields = end.opened() {
            context.writeAndFlush(wrapOutboundOut(payload(.fields(fields, endsStream: false))), promise: nil)
        }
    }

    package func channelInactive(context: ChannelHandlerContext) {
        context.fireChannelInactive()
        if isCounted { connection.streamEnded() }
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .headers(let headers):
            let fields = headers.headers.map { (name: $0.name, value: $0.value) }
            carryOut(end.fieldsArrived(fields, endsStream: headers.endStream), context)
        case .data(let data):
            guard case .byteBuffer(let bytes) = data.data else { return }
            carryOut(end.contentArrived(bytes, endsStream: data.endStream), context)
        default: break
        }
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is NIOHTTP2Errors.StreamClosed { connection.streamWasReset() }
        context.fireErrorCaught(error)
    }

    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let parts = end.written(unwrapOutboundIn(data))
        guard var last = parts.first else {
            promise?.succeed()
            return
        }
        for part in parts.rest {
            context.write(wrapOutboundOut(payload(last)), promise: nil)
            last = part
        }
        // The promise waits for the last part.
        context.write(wrapOutboundOut(payload(last)), promise: promise)
    }

    /// A stream ends in order with END_STREAM both ways, otherwise with RST_STREAM and CANCEL (RFC 8441 §5).
    package func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch mode {
        case .output: endOutput(context, promise)
        case .all where end.peerHasEnded && !hasEndedOutput: endOutput(context, promise)
        case .all where end.needsNoMore: context.writeAndFlush(wrapOutboundOut(.rstStream(.noError)), promise: promise)
        default: context.close(mode: mode, promise: promise)
        }
    }

    private func carryOut(_ outcome: HTTP2StreamOutcome, _ context: ChannelHandlerContext) {
        if let fields = outcome.answer { context.fireUserInboundEventTriggered(HTTP2StreamAnswer(fields: fields)) }
        if let bytes = outcome.bytes, bytes.readableBytes > 0 {
            connection.contentDelivered(bytes.readableBytes)
            context.fireChannelRead(wrapInboundOut(bytes))
        }
        switch outcome.then {
        case .goOn: break
        case .peerEnded: context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        case .reset(let code):
            hasEndedOutput = true
            connection.streamWasReset()
            context.writeAndFlush(wrapOutboundOut(.rstStream(HTTP2ErrorCode(networkCode: Int(code)))), promise: nil)
        }
    }

    private func endOutput(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        if hasEndedOutput {
            promise?.succeed()
        } else {
            context.writeAndFlush(wrapOutboundOut(payload(.content(ByteBuffer(), endsStream: true))), promise: promise)
        }
    }

    private func payload(_ part: HTTP2StreamPart) -> HTTP2Frame.FramePayload {
        hasEndedOutput = hasEndedOutput || part.endsStream
        return switch part {
        case .fields(let fields, let endsStream):
            .headers(.init(headers: HPACKHeaders(fields.map { ($0.name, $0.value) }), endStream: endsStream))
        case .content(let bytes, let endsStream): .data(.init(data: .byteBuffer(bytes), endStream: endsStream))
        }
    }
}

import Dissection
import Host
import Measurement
import NIOCore
import Transports
import WireAccounting

/// Writes what the script says, and dissects both directions.
///
/// Not `Sendable`: it stays on its event loop.
final class LiveHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let script: LiveScript
    private let messages: Int
    private let duration: Duration
    private let stop: EventLoopFuture<Void>
    private let show: LiveDissection.Show
    private let ended: EventLoopPromise<LiveDissection.Result>
    private var connection = CompletedMessages()
    private var answer: FirstAnswer
    private var shownDown = 0
    private var unshownDown = 0
    private var cursor: UInt64?
    private var isEnding = false

    /// - Parameters:
    ///   - script: What the client writes.
    ///   - messages: Stop after this many messages of the server.
    ///   - duration: Stop after this time at the latest.
    ///   - stop: Stop when it succeeds.
    ///   - show: Called with each message.
    ///   - ended: Gets the sums after the end of the connection.
    init(
        _ script: LiveScript, messages: Int, duration: Duration, stop: EventLoopFuture<Void>,
        show: @escaping LiveDissection.Show, ended: EventLoopPromise<LiveDissection.Result>
    ) {
        (self.script, self.messages, self.duration) = (script, messages, duration)
        (self.stop, self.show, self.ended) = (stop, show, ended)
        answer = FirstAnswer(usesHTTP: script.transport.usesHTTP)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        stop.whenSuccess {
            let (handler, context) = bound.value
            handler.end(context)
        }
    }

    func channelActive(context: ChannelHandlerContext) {
        write(script.request(after: nil), context)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: TimeAmount(duration)) {
            let (handler, context) = bound.value
            handler.end(context)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let now = MonotonicClock.now()
        let bytes = unwrapInboundIn(data)
        if let fault = bytes.withUnsafeReadableBytes({ answer.take($0) }) {
            ended.fail(LiveFault(description: fault))
            return context.close(promise: nil)
        }
        show(bytes.withUnsafeReadableBytes { connection.take($0, .down, at: now) }, context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        isEnding = true
        ended.succeed(LiveDissection.Result(connection.dissector, unshown: unshownDown))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        ended.fail(LiveFault(description: "the connection failed: \(NetworkErrorText.text(error))"))
        context.close(promise: nil)
    }

    private func write(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        let completed = bytes.withUnsafeBytes { connection.take($0, .up, at: MonotonicClock.now()) }
        context.writeAndFlush(NIOAny(ByteBuffer(bytes: bytes)), promise: nil)
        show(completed, context)
    }

    private func show(_ completed: [DissectedMessage], _ context: ChannelHandlerContext) {
        var canShow = true
        for message in completed {
            let isDown = message.direction == .down
            // A whole history may arrive at once. The end of a WebSocket is shown with the Close of both sides.
            if isDown, shownDown >= messages || isEnding, !Self.isClose(message) {
                unshownDown += 1
                continue
            }
            canShow = canShow && show(message)
            if isDown { shownDown += 1 }
            if message.kind == .response { responded(message, context) }
        }
        if shownDown >= messages || !canShow { end(context) }
    }

    private static func isClose(_ message: DissectedMessage) -> Bool {
        message.kind == .webSocketFrame && message.bytes.first.map { $0 & 0x0f } == 0x8
    }

    private func responded(_ message: DissectedMessage, _ context: ChannelHandlerContext) {
        guard let pause = script.pause, !isEnding else { return }
        cursor = Self.lastSequence(in: message.bytes) ?? cursor
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: TimeAmount(pause)) {
            let (handler, context) = bound.value
            if !handler.isEnding { handler.write(handler.script.request(after: handler.cursor), context) }
        }
    }

    private static func lastSequence(in head: [UInt8]) -> UInt64? {
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
        let line = lines.first { $0.lowercased().hasPrefix("last-sequence:") }
        return line.flatMap { UInt64($0.dropFirst("last-sequence:".count).filter { $0 != " " }) }
    }

    private func end(_ context: ChannelHandlerContext) {
        guard !isEnding else { return }
        isEnding = true
        let closeFrame = script.closeFrame
        if closeFrame.isEmpty || connection.dissector.wireProtocol != .webSocket { return context.close(promise: nil) }
        write(closeFrame, context)
        // The server answers a Close within a round trip.
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .milliseconds(500)) { bound.value.close(promise: nil) }
    }
}

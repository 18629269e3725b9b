import NIOCore
import NIOPosix
import Transports
import WebSocketProtocol

/// A connection to a browser that carries commands and their answers.
struct ControlConnection: Sendable {
    private let handler: NIOLoopBound<ControlHandler>
    private let eventLoop: any EventLoop

    /// Connects to a browser on this host.
    ///
    /// - Throws: ``BrowserFault``.
    static func open(_ browser: BrowserPlan, on eventLoop: any EventLoop) async throws -> ControlConnection {
        let opened = eventLoop.makePromise(of: Void.self)
        let host = "127.0.0.1:\(browser.port)"
        let made = try await eventLoop.submit {
            NIOLoopBound(
                ControlHandler(host: host, target: browser.path, kind: browser.kind, opened: opened),
                eventLoop: eventLoop)
        }.get()
        do {
            _ = try await ClientBootstrap(group: eventLoop)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(made.value)
                    }
                }
                .connect(host: "127.0.0.1", port: browser.port).get()
        } catch {
            opened.fail(error)
            throw BrowserFault("the browser cannot be reached: \(NetworkErrorText.text(error))")
        }
        try await opened.futureResult.get()
        return ControlConnection(handler: made, eventLoop: eventLoop)
    }

    /// Sends a command and waits for its answer.
    ///
    /// - Returns: `nil` if the browser's protocol does not have the command.
    /// - Throws: ``BrowserFault`` if the command fails, is not answered in time, or the connection has ended.
    @discardableResult
    func call(_ command: ControlCommand) async throws -> ControlAnswer? {
        let answer = try await eventLoop.flatSubmit { handler.value.send(command) }.get()
        if let fault = answer?.fault { throw BrowserFault("the browser refused a command: \(fault)") }
        return answer
    }

    func close() async {
        try? await eventLoop.submit { handler.value.close() }.get()
    }
}

/// Why a browser cannot be used, in one sentence.
package struct BrowserFault: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// The channel handler of a ``ControlConnection``; it stays on its event loop.
private final class ControlHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let answerTimeout = TimeAmount.seconds(20)

    private let kind: BrowserKind
    private let opened: EventLoopPromise<Void>
    private var handshake: ClientHandshake
    private var endpoint: WebSocketEndpoint?
    private var context: ChannelHandlerContext?
    private var lastID = 0
    private var waiting: [Int: EventLoopPromise<ControlAnswer?>] = [:]

    init(host: String, target: String, kind: BrowserKind, opened: EventLoopPromise<Void>) {
        self.kind = kind
        self.opened = opened
        var maskKeys = MaskKeySource.system
        handshake = ClientHandshake(host: host, target: target, key: maskKeys.nextHandshakeKey())
    }

    func send(_ command: ControlCommand) -> EventLoopFuture<ControlAnswer?> {
        guard let context, endpoint?.isOpen == true else {
            return opened.futureResult.eventLoop.makeFailedFuture(BrowserFault("the browser ended the connection"))
        }
        lastID += 1
        let id = lastID
        guard let text = command.message(for: kind, id: id) else { return context.eventLoop.makeSucceededFuture(nil) }
        let promise = context.eventLoop.makePromise(of: ControlAnswer?.self)
        waiting[id] = promise
        endpoint?.send(.text, ByteBuffer(string: text))
        writeOutput(context)
        let timeout = context.eventLoop.assumeIsolated().scheduleTask(in: Self.answerTimeout) {
            self.waiting.removeValue(forKey: id)?.fail(BrowserFault("the browser did not answer within 20 s"))
        }
        promise.futureResult.whenComplete { _ in timeout.cancel() }
        return promise.futureResult
    }

    func close() {
        context?.close(promise: nil)
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        context.writeAndFlush(wrapOutboundOut(handshake.request), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        do throws(HandshakeError) {
            if endpoint == nil {
                guard try handshake.receive(&bytes) != nil else { return }
                endpoint = WebSocketEndpoint(role: .client, maskKeys: .system)
                opened.succeed()
            }
        } catch {
            opened.fail(BrowserFault("the browser refused the control connection: \(error)"))
            return context.close(promise: nil)
        }
        endpoint?.receive(&bytes)
        do throws(WebSocketError) {
            while let event = try endpoint?.nextEvent() { take(event) }
        } catch {
            context.close(promise: nil)
        }
        writeOutput(context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        let fault = BrowserFault("the browser ended the connection")
        opened.fail(fault)
        let unanswered = waiting
        waiting = [:]
        for promise in unanswered.values { promise.fail(fault) }
    }

    private func take(_ event: WebSocketEvent) {
        guard case .message(_, let payload) = event, let answer = ControlAnswer(String(buffer: payload)) else { return }
        waiting.removeValue(forKey: answer.id)?.succeed(answer)
    }

    private func writeOutput(_ context: ChannelHandlerContext) {
        if let output = endpoint?.takeOutput() { context.writeAndFlush(wrapOutboundOut(output), promise: nil) }
    }
}

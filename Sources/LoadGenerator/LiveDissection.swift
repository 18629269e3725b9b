import Dissection
import Host
import Measurement
import NIOCore
import NIOPosix
import Transports
import WireAccounting

/// A client that shows what passes on its own connection to a server, message by message.
package struct LiveDissection: Sendable {
    /// The sums of a connection that has ended.
    package struct Result: Sendable {
        package let ledger: ByteLedger
        package let counts: DissectionCounts
        package let faults: [String]
    }

    private let route: Route
    private let script: LiveScript
    private let messages: Int
    private let duration: Duration

    /// - Parameters:
    ///   - host: Name or address of the server.
    ///   - port: Its port.
    ///   - transport: What the client asks for.
    ///   - tls: Trusted certificates; `nil` for plain TCP. With TLS, the plaintext is shown.
    ///   - messages: Stop after this many messages of the server.
    ///   - duration: Stop after this time at the latest.
    /// - Throws: ``TrustFault`` if the trusted certificates cannot be read.
    package init(
        host: String, port: Int, transport: any PushTransport.Type, tls: TLSTrust? = nil, messages: Int,
        duration: Duration
    ) throws {
        route = try Route(host: host, port: port, proxy: nil, trust: tls)
        script = LiveScript(transport: transport, authority: route.authority)
        self.messages = messages
        self.duration = duration
    }

    /// Connects, and returns after the end of the connection.
    ///
    /// - Parameter show: Called with each message once it is complete.
    /// - Returns: The sums of the connection.
    /// - Throws: ``LiveFault``.
    package func run(show: @escaping @Sendable (DissectedMessage) -> Void) async throws -> Result {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let outcome: Swift.Result<Result, any Error>
        do { outcome = .success(try await run(on: group.next(), show: show)) } catch { outcome = .failure(error) }
        try? await group.shutdownGracefully()
        return try outcome.get()
    }

    private func run(
        on eventLoop: any EventLoop, show: @escaping @Sendable (DissectedMessage) -> Void
    ) async throws -> Result {
        let ended = eventLoop.makePromise(of: Result.self)
        let (route, script, messages, duration) = (route, script, messages, duration)
        let bootstrap = ClientBootstrap(group: eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let client = LiveHandler(
                        script, messages: messages, duration: duration, show: show, ended: ended)
                    let lower = try route.handlers(wireEnd: { nil }, tunnelOpened: { _, _ in })
                    try channel.pipeline.syncOperations.addHandlers(lower + [client])
                }
            }
        do {
            _ = try await route.connect(bootstrap).get()
        } catch {
            let fault = LiveFault(description: "the server cannot be reached: \(NetworkErrorText.text(error))")
            ended.fail(fault)
            throw fault
        }
        return try await ended.futureResult.get()
    }
}

/// Why nothing could be shown, in one sentence.
package struct LiveFault: Error, CustomStringConvertible {
    package let description: String
}

/// What a client of a transport writes.
struct LiveScript: Sendable {
    let transport: any PushTransport.Type
    let authority: String

    /// The key of the example in RFC 6455 §1.3: this client does not check the server's answer to it.
    private static let key = "dGhlIHNhbXBsZSBub25jZQ=="

    /// Between a response and the next request; `nil` if the client does not poll.
    var pause: Duration? {
        switch transport.pacing {
        case .clientInterval: .seconds(1)
        case .serverHold: .zero
        case .feed, .messages: nil
        }
    }

    /// - Parameter cursor: Sequence of the last item received.
    /// - Returns: The bytes to write.
    func request(after cursor: UInt64?) -> [UInt8] {
        let name = transport.entrance.text
        let after = cursor.map { "after=\($0)" }
        guard transport.usesHTTP else {
            return Array("\(([name, after].compactMap { $0 }).joined(separator: " "))\n".utf8)
        }
        // A short poll without a cursor would get the whole history.
        let query = after ?? (transport.pacing == .clientInterval ? "latest=1" : nil)
        let lines =
            ["GET \(name)\(query.map { "?\($0)" } ?? "") HTTP/1.1", "Host: \(authority)"] + fieldLines
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    private var fieldLines: [String] {
        if transport == ServerSentEvents.self { return ["Accept: text/event-stream"] }
        guard isWebSocket else { return [] }
        return [
            "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: \(Self.key)", "Sec-WebSocket-Version: 13",
        ]
    }

    private var isWebSocket: Bool { transport == WebSocketPush.self }

    /// A masked Close frame with code 1000; empty without a closing handshake.
    var closeFrame: [UInt8] { isWebSocket ? [0x88, 0x82, 0x37, 0xfa, 0x21, 0x3d, 0x03 ^ 0x37, 0xe8 ^ 0xfa] : [] }
}

/// Writes what the script says, and dissects both directions.
///
/// Not `Sendable`: it stays on its event loop.
private final class LiveHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let script: LiveScript
    private let messages: Int
    private let duration: Duration
    private let show: (DissectedMessage) -> Void
    private let ended: EventLoopPromise<LiveDissection.Result>
    private var connection = CompletedMessages()
    private var shownDown = 0
    private var cursor: UInt64?
    private var isEnding = false

    init(
        _ script: LiveScript, messages: Int, duration: Duration, show: @escaping (DissectedMessage) -> Void,
        ended: EventLoopPromise<LiveDissection.Result>
    ) {
        (self.script, self.messages, self.duration, self.show, self.ended) = (script, messages, duration, show, ended)
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
        show(unwrapInboundIn(data).withUnsafeReadableBytes { connection.take($0, .down, at: now) }, context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        let dissector = connection.dissector
        ended.succeed(
            LiveDissection.Result(ledger: dissector.ledger, counts: dissector.counts, faults: dissector.faults))
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
        for message in completed {
            show(message)
            if message.direction == .down { shownDown += 1 }
            if message.kind == .response { responded(message, context) }
        }
        if shownDown >= messages { end(context) }
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

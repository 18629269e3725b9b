import Host
import Measurement
import NIOCore
import NIOPosix
import Transports
import WebSocketProtocol

/// A WebSocket client that sends every message back unchanged, until the server closes.
package struct EchoClient: Sendable {
    private let route: Route
    private let target: String
    /// Longer than `pushlab-server` waits for a request: without TLS, its refusal says more than no answer.
    package static let handshakeTimeout = Duration.seconds(15)

    private let handshakeTimeout: Duration

    /// - Parameters:
    ///   - host: Name or address of the server.
    ///   - port: Its port.
    ///   - target: Path and query of the URL.
    ///   - tls: Trusted certificates; `nil` for plain TCP.
    ///   - proxy: HTTP proxy between client and server; `nil` for none.
    ///   - handshakeTimeout: From the connection to the end of the handshakes of proxy, TLS and WebSocket.
    /// - Throws: ``TrustFault`` if the trusted certificates cannot be read.
    package init(
        host: String, port: Int, target: String, tls: TLSTrust? = nil, proxy: ProxyAddress? = nil,
        handshakeTimeout: Duration = Self.handshakeTimeout
    ) throws {
        route = try Route(host: host, port: port, proxy: proxy, trust: tls)
        self.target = target
        self.handshakeTimeout = handshakeTimeout
    }

    /// Connects, echoes, and returns after the end of the connection.
    ///
    /// - Parameter whenConnected: Receives a closure that may be called on any thread. It closes the WebSocket with
    ///   1001 (RFC 6455 §7.4.1), or if it has already been called, the connection.
    /// - Returns: Number of messages sent back.
    /// - Throws: ``EchoClientFault``.
    package func run(
        whenConnected: @escaping @Sendable (_ stop: @escaping @Sendable () -> Void) -> Void = { _ in }
    ) async throws -> Int {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let count = try await run(on: group.next(), whenConnected)
            try? await group.shutdownGracefully()
            return count
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private func run(
        on eventLoop: any EventLoop,
        _ whenConnected: @escaping @Sendable (_ stop: @escaping @Sendable () -> Void) -> Void
    ) async throws -> Int {
        let ended = eventLoop.makePromise(of: Int.self)
        let (target, route) = (target, route)
        let bootstrap = ClientBootstrap(group: eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 64 << 10))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let client = EchoClientHandler(host: route.authority, target: target, ended: ended)
                    let lower = try route.handlers(wireEnd: { nil }, tunnelOpened: { _, _ in })
                    try channel.pipeline.syncOperations.addHandlers(lower + [client])
                }
            }
        do {
            let limit = handshakeTimeout
            // On the event loop, so before the first message.
            try await route.connect(bootstrap).map { channel in
                eventLoop.scheduleTask(in: TimeAmount(limit)) {
                    Self.handler(of: channel)?.handshakeLimitReached(limit, channel)
                }
                whenConnected { eventLoop.execute { Self.handler(of: channel)?.stop(channel) } }
            }.get()
        } catch {
            ended.fail(error)
            throw EchoClientFault.unreachable(NetworkErrorText.text(error))
        }
        return try await ended.futureResult.get()
    }

    private static func handler(of channel: any Channel) -> EchoClientHandler? {
        try? channel.pipeline.syncOperations.handler(type: EchoClientHandler.self)
    }
}

/// Why the connection could not be opened.
enum EchoClientFault: Error, CustomStringConvertible {
    case unreachable(String)
    case handshake(HandshakeError)
    case endedBeforeAnswer
    case unanswered(within: Duration)

    var description: String {
        switch self {
        case .unreachable(let reason): "the server cannot be reached: \(reason)"
        case .handshake(let error): "the WebSocket handshake failed: \(error)"
        case .endedBeforeAnswer: "the WebSocket handshake failed: the server ended the connection before its answer"
        case .unanswered(let time):
            "the WebSocket handshake failed: the server accepted the connection and did not answer within "
                + time.spokenText
        }
    }
}

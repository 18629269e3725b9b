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
        /// Messages of the server that arrived after the last one shown.
        package let unshown: Int
        /// Whether the caller ended it, perhaps before the server could answer.
        package internal(set) var wasStopped = false

        init(_ dissector: ConnectionDissector, unshown: Int) {
            (ledger, counts, faults) = (dissector.ledger, dissector.counts, dissector.faults)
            self.unshown = unshown
        }
    }

    /// Shows a message once it is complete; returns whether more can be shown.
    package typealias Show = @Sendable (DissectedMessage) -> Bool

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

    /// Connects, and returns after the end of the connection. If the task is cancelled, the client ends it.
    ///
    /// - Parameter show: Called with each message.
    /// - Returns: The sums of the connection.
    /// - Throws: ``LiveFault``.
    package func run(show: @escaping Show) async throws -> Result {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let outcome: Swift.Result<Result, any Error>
        do { outcome = .success(try await run(on: group.next(), show: show)) } catch { outcome = .failure(error) }
        try? await group.shutdownGracefully()
        return try outcome.get()
    }

    private func run(on eventLoop: any EventLoop, show: @escaping Show) async throws -> Result {
        let stop = eventLoop.makePromise(of: Void.self)
        defer { stop.succeed() }
        return try await withTaskCancellationHandler {
            try await run(on: eventLoop, until: stop.futureResult, show: show)
        } onCancel: {
            stop.succeed()
        }
    }

    private func run(
        on eventLoop: any EventLoop, until stop: EventLoopFuture<Void>, show: @escaping Show
    ) async throws -> Result {
        let ended = eventLoop.makePromise(of: Result.self)
        let (route, script, messages, duration) = (route, script, messages, duration)
        let bootstrap = ClientBootstrap(group: eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let client = LiveHandler(
                        script, messages: messages, duration: duration, stop: stop, show: show, ended: ended)
                    let lower = try route.handlers(wireEnd: { nil }, tunnelOpened: { _, _ in })
                    try channel.pipeline.syncOperations.addHandlers(lower + [client])
                }
            }
        do {
            _ = try await route.connect(bootstrap).get()
        } catch {
            let fault = LiveFault(description: "the server cannot be reached: \(NetworkErrorText.text(error))")
            if Task.isCancelled { ended.succeed(Result(ConnectionDissector(), unshown: 0)) } else { ended.fail(fault) }
        }
        var result = try await ended.futureResult.get()
        result.wasStopped = Task.isCancelled
        return result
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

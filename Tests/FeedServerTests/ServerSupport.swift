import Feed
import FeedServer
import Measurement
import Testing
import Transports

/// Runs the body with a server that has `items` items, on a port that the kernel chooses, and stops the server after
/// it.
func withServer(
    items: Int = 0, configure: (inout FeedServerConfiguration) -> Void = { _ in },
    running body: (FeedServer) async throws -> Void
) async throws {
    let server = try await startServer(items: items, configure: configure)
    do {
        try await body(server)
    } catch {
        await server.stop(patience: .milliseconds(100))
        throw error
    }
    await server.stop(patience: .milliseconds(100))
}

/// Starts such a server for a test that stops it itself, once.
func startServer(
    items: Int = 0, configure: (inout FeedServerConfiguration) -> Void = { _ in }
) async throws -> FeedServer {
    var configuration = FeedServerConfiguration()
    configuration.feed = .pushed
    configure(&configuration)
    let server = try await FeedServer.start(configuration)
    do {
        for number in 0..<items { server.publish(line: Array("line \(number + 1)".utf8)) }
        if items > 0 { try await awaitItem(UInt64(items), server) }
    } catch {
        await server.stop(patience: .milliseconds(100))
        throw error
    }
    return server
}

/// Polls until the item is available.
private func awaitItem(_ sequence: UInt64, _ server: FeedServer) async throws {
    let port = server.port
    try await blocking {
        let connection = try RawConnection(port: port)
        while try connection.exchange("/poll?latest=1").sequences != [sequence] {}
    }
}

/// Runs the body with a server that accepts items with the token ``publishToken``.
///
/// `threads`: the default of the server unless given.
func withPublishing(threads: Int? = nil, _ body: (_ port: Int) async throws -> Void) async throws {
    try await withServer {
        $0.publishToken = publishToken
        $0.threads = threads ?? $0.threads
    } running: { server in
        try await body(server.port)
    }
}

let publishToken = "a-secret-of-this-test"

/// Runs the body with a server that has six items of 1 MiB, which do not fit into the buffers of a connection.
func withLargeItems(_ body: @escaping @Sendable (_ port: Int) throws -> Void) async throws {
    try await withServer { server in
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        for _ in 1...6 { #expect(server.publish(line: line) == nil) }
        let port = server.port
        try await blocking {
            let waiting = try RawConnection(port: port)
            while try waiting.exchange("/poll?after=5").status == 204 {}
            try body(port)
        }
    }
}

extension RawConnection {
    /// A request that publishes an item.
    static func publication(_ body: String, scheme: String = "Bearer") -> String {
        "POST /publish HTTP/1.1\r\nHost: a\r\nAuthorization: \(scheme) \(publishToken)\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
}

import Feed
import FeedServer
import Measurement
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

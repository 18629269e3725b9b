import ConnectionEnds
import NIOCore
import NIOPosix

/// The threads of a server, each with an event loop.
enum ServerThreads: Sendable {
    /// For plain TCP: loops on epoll itself, which take less time per request and less memory per connection.
    case sockets([SocketLoop])
    /// For TLS, which is SwiftNIO's.
    case channels(MultiThreadedEventLoopGroup)

    init(count: Int, encrypted: Bool) {
        self =
            encrypted
            ? .channels(MultiThreadedEventLoopGroup(numberOfThreads: count))
            : .sockets((0..<count).map { _ in SocketLoop() })
    }

    var eventLoops: [any EventLoop] {
        switch self {
        case .sockets(let loops): loops
        case .channels(let group): Array(group.makeIterator())
        }
    }

    /// Ends the threads; their connections must be closed.
    func shutDown() async {
        switch self {
        case .sockets(let loops): for loop in loops { try? await loop.shutdownGracefully() }
        case .channels(let group): try? await group.shutdownGracefully()
        }
    }
}

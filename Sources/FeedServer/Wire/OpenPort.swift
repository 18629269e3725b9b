import NIOCore

/// A port that the server listens on.
enum OpenPort: Sendable {
    case plain(ConnectionAcceptor)
    case encrypted(any Channel)

    private var address: SocketAddress? {
        switch self {
        case .plain(let acceptor): acceptor.address
        case .encrypted(let channel): channel.localAddress
        }
    }

    var host: String { address?.ipAddress ?? "" }
    var number: Int { address?.port ?? 0 }

    /// Accepts no more connections.
    func close() async {
        switch self {
        case .plain(let acceptor): await acceptor.close()
        case .encrypted(let channel): try? await channel.close().get()
        }
    }
}

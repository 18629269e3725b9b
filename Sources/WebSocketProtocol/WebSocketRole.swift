/// The end of the connection that this side is.
package enum WebSocketRole: Sendable, Hashable {
    case client
    case server

    /// Whether frames that this side sends are masked (RFC 6455 §5.1: the client's are, the server's are not).
    package var masksFrames: Bool { self == .client }

    /// The peer's role.
    var other: WebSocketRole { self == .client ? .server : .client }
}

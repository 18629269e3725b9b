import NIOCore

/// A client's opening handshake on a connection, in any version of the protocol.
package protocol ConnectionOpening: Sendable {
    /// The bytes to write first.
    var request: ByteBuffer { get }

    /// Reads the response.
    ///
    /// - Parameter bytes: Unread input. Bytes after the response remain; they are the server's first frames.
    /// - Returns: `nil` until the response is complete.
    /// - Throws: ``HandshakeError`` if the server declined or violated the protocol; drop the connection.
    mutating func receive(_ bytes: inout ByteBuffer) throws(HandshakeError) -> HandshakeAgreement?

    /// Makes the client's side of the WebSocket.
    ///
    /// - Parameters:
    ///   - agreement: The result of ``receive(_:)``; an empty agreement before the response.
    ///   - limits: Size and time limits for the server.
    ///   - maskKeys: Source of the frames' mask keys.
    ///   - keepAlive: When to send a Ping to a silent server, if the version has Pings.
    /// - Returns: The session that begins after the handshake.
    func makeSession(
        _ agreement: HandshakeAgreement, limits: WebSocketLimits, maskKeys: MaskKeySource, keepAlive: KeepAlive
    ) -> any CountingSession
}

/// A handshake that the server accepts, in any version of the protocol.
package protocol WebSocketAcceptance {
    var agreement: HandshakeAgreement { get }

    /// The response to write; frames follow it.
    ///
    /// - Parameter bytes: Unread input after the request headers; the handshake's bytes are consumed.
    /// - Returns: `nil` while bytes of the client's part are missing.
    func response(to bytes: inout ByteBuffer) -> ByteBuffer?

    /// Makes the server's side of the WebSocket.
    ///
    /// - Parameters:
    ///   - limits: Size and time limits for the client.
    ///   - keepAlive: When to send a Ping to a silent client, if the version has Pings; `nil` for never.
    ///   - keepsIdleStreams: See ``WebSocketEndpoint``.
    /// - Returns: The session that begins after the handshake.
    func makeSession(limits: WebSocketLimits, keepAlive: KeepAlive?, keepsIdleStreams: Bool) -> any WebSocketSession
}

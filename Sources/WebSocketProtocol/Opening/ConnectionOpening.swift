import NIOCore

/// A client's opening handshake on a connection of its own, in any version of the protocol.
package protocol ConnectionOpening: Sendable {
    /// The bytes to write first.
    var request: ByteBuffer { get }

    /// Reads the response.
    ///
    /// - Parameter bytes: Unread input. What follows the response stays: the server's first frames.
    /// - Returns: `nil` until the whole response is there.
    /// - Throws: ``HandshakeError`` if the server declined or broke the protocol; drop the connection.
    mutating func receive(_ bytes: inout ByteBuffer) throws(HandshakeError) -> HandshakeAgreement?

    /// Makes the client's side of the WebSocket.
    ///
    /// - Parameters:
    ///   - agreement: What ``receive(_:)`` gave; before the answer, that nothing was agreed on.
    ///   - limits: What the server may cost.
    ///   - maskKeys: Where frames take their mask keys from.
    ///   - keepAlive: When a silent server is sent a Ping, where the version has Pings.
    /// - Returns: The session that begins behind the handshake.
    func makeSession(
        _ agreement: HandshakeAgreement, limits: WebSocketLimits, maskKeys: MaskKeySource, keepAlive: KeepAlive
    ) -> any WebSocketSession
}

/// A request that becomes a WebSocket, as the server sees it, in any version of the protocol.
package protocol WebSocketAcceptance {
    /// What was agreed on.
    var agreement: HandshakeAgreement { get }

    /// The response to write; frames follow it.
    ///
    /// - Parameter bytes: Unread input after the request head; what belongs to the handshake is consumed.
    /// - Returns: `nil` while bytes of the client's part are missing.
    func response(to bytes: inout ByteBuffer) -> ByteBuffer?

    /// Makes the server's side of the WebSocket.
    ///
    /// - Parameters:
    ///   - limits: What the client may cost.
    ///   - keepAlive: When a silent client is sent a Ping, where the version has Pings; `nil` for never.
    ///   - keepsIdleStreams: See ``WebSocketEndpoint``.
    /// - Returns: The session that begins behind the handshake.
    func makeSession(limits: WebSocketLimits, keepAlive: KeepAlive?, keepsIdleStreams: Bool) -> any WebSocketSession
}

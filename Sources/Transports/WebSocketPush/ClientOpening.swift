import Measurement
import NIOCore
import WebSocketDrafts
import WebSocketProtocol

/// How a client opens its WebSocket: on an HTTP/1.1 connection, or on an HTTP/2 stream.
enum ClientOpening: Sendable {
    case upgrade(any ConnectionOpening)
    case stream(ExtendedConnect)

    init(
        _ setup: ListenerSetup, target: String, subprotocols: [String], deflate: DeflateParameters?,
        maskKeys: inout MaskKeySource
    ) {
        if setup.options[HTTPVersion.key].isHTTP2 {
            self = .stream(
                ExtendedConnect(
                    scheme: setup.encrypts ? "https" : "http", authority: setup.handshakeHost, target: target,
                    subprotocols: subprotocols, deflate: deflate, extraFields: setup.handshakeFields))
            return
        }
        let request = WebSocketVersion.Request(
            host: setup.handshakeHost, target: target, subprotocols: subprotocols, deflate: deflate,
            extraFields: setup.handshakeFields)
        var random = SeededGenerator(seed: setup.seed)
        self = .upgrade(setup.options.webSocketVersion.open(request, maskKeys: &maskKeys, random: &random))
    }

    func makeSession(
        _ agreement: HandshakeAgreement, limits: WebSocketLimits, maskKeys: MaskKeySource, keepAlive: KeepAlive
    ) -> any CountingSession {
        switch self {
        case .upgrade(let opening):
            opening.makeSession(agreement, limits: limits, maskKeys: maskKeys, keepAlive: keepAlive)
        case .stream:
            WebSocketEndpoint(
                role: .client, limits: limits, maskKeys: maskKeys, deflate: agreement.deflate, keepAlive: keepAlive)
        }
    }

    /// The first bytes to write on a connection; empty for a stream.
    var request: ByteBuffer {
        if case .upgrade(let opening) = self { opening.request } else { ByteBuffer() }
    }

    /// The field block that opens a stream; empty for a connection.
    var streamRequest: [(name: String, value: String)] {
        if case .stream(let request) = self { request.fields } else { [] }
    }

    /// Reads the response on a connection. A stream has no content before its response headers.
    ///
    /// - Returns: `nil` until the headers are complete.
    /// - Throws: ``HandshakeError`` if the server declined or violated HTTP.
    mutating func receive(_ bytes: inout ByteBuffer) throws(HandshakeError) -> HandshakeAgreement? {
        guard case .upgrade(var opening) = self else { return nil }
        defer { self = .upgrade(opening) }
        return try opening.receive(&bytes)
    }

    /// Checks the response headers on a stream.
    ///
    /// - Returns: `nil` for an interim response.
    /// - Throws: ``HandshakeError`` if the server declined.
    func agreement(in fields: [(name: String, value: String)]) throws(HandshakeError) -> HandshakeAgreement? {
        guard case .stream(let request) = self else { return nil }
        return try request.agreement(in: fields)
    }
}

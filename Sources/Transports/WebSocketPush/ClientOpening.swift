import Measurement
import NIOCore
import WebSocketDrafts
import WebSocketProtocol

/// How a client's WebSocket is opened: on a connection of HTTP/1.1, or on a stream of HTTP/2.
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
                    scheme: setup.encrypts ? "https" : "http", authority: setup.host, target: target,
                    subprotocols: subprotocols, deflate: deflate))
            return
        }
        let request = WebSocketVersion.Request(
            host: setup.host, target: target, subprotocols: subprotocols, deflate: deflate)
        var random = SeededGenerator(seed: setup.seed)
        self = .upgrade(setup.options.webSocketVersion.open(request, maskKeys: &maskKeys, random: &random))
    }

    func makeSession(
        _ agreement: HandshakeAgreement, limits: WebSocketLimits, maskKeys: MaskKeySource, keepAlive: KeepAlive
    ) -> any WebSocketSession {
        switch self {
        case .upgrade(let opening):
            opening.makeSession(agreement, limits: limits, maskKeys: maskKeys, keepAlive: keepAlive)
        case .stream:
            WebSocketEndpoint(
                role: .client, limits: limits, maskKeys: maskKeys, deflate: agreement.deflate, keepAlive: keepAlive)
        }
    }

    /// What is written first on a connection; empty for a stream.
    var request: ByteBuffer {
        if case .upgrade(let opening) = self { opening.request } else { ByteBuffer() }
    }

    /// The field block that opens a stream; empty for a connection.
    var streamRequest: [(name: String, value: String)] {
        if case .stream(let request) = self { request.fields } else { [] }
    }

    /// Reads the response on a connection; on a stream no content comes before the answer.
    ///
    /// - Returns: `nil` until the whole head is there.
    /// - Throws: ``HandshakeError`` if the server declined or broke HTTP.
    mutating func receive(_ bytes: inout ByteBuffer) throws(HandshakeError) -> HandshakeAgreement? {
        guard case .upgrade(var opening) = self else { return nil }
        defer { self = .upgrade(opening) }
        return try opening.receive(&bytes)
    }

    /// Judges the answer on a stream.
    ///
    /// - Returns: `nil` for an interim one.
    /// - Throws: ``HandshakeError`` if the server declined.
    func agreement(in fields: [(name: String, value: String)]) throws(HandshakeError) -> HandshakeAgreement? {
        guard case .stream(let request) = self else { return nil }
        return try request.agreement(in: fields)
    }
}

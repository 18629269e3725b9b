import NIOCore
import WebSocketProtocol

/// How a client's WebSocket is opened: on a connection of HTTP/1.1, or on a stream of HTTP/2.
enum ClientOpening: Sendable {
    case upgrade(ClientHandshake)
    case stream(ExtendedConnect)

    init(
        _ setup: ListenerSetup, target: String, subprotocols: [String], deflate: DeflateParameters?,
        maskKeys: inout MaskKeySource
    ) {
        guard setup.options[HTTPVersion.key].isHTTP2 else {
            self = .upgrade(
                ClientHandshake(
                    host: setup.host, target: target, key: maskKeys.nextHandshakeKey(), subprotocols: subprotocols,
                    deflate: deflate, version: setup.options.webSocketVersion))
            return
        }
        self = .stream(
            ExtendedConnect(
                scheme: setup.encrypts ? "https" : "http", authority: setup.host, target: target,
                subprotocols: subprotocols, deflate: deflate))
    }

    /// What is written first on a connection; empty for a stream.
    var requestHead: ByteBuffer {
        if case .upgrade(let handshake) = self { handshake.requestHead } else { ByteBuffer() }
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
        guard case .upgrade(var handshake) = self else { return nil }
        defer { self = .upgrade(handshake) }
        return try handshake.receive(&bytes)?.agreement
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

import HTTP
import NIOCore
import WebSocketProtocol

// The only place that distinguishes versions; all other code uses the same handshakes and sessions.
extension WebSocketVersion {
    /// Decides whether a request in this version becomes a WebSocket.
    ///
    /// - Parameters:
    ///   - head: The request.
    ///   - subprotocols: The subprotocols spoken here, the most wanted first.
    ///   - deflate: How permessage-deflate is accepted, where the version has it; `nil` declines it.
    /// - Returns: The handshake's further course.
    /// - Throws: ``HandshakeRefusal`` with what to answer.
    package func accept(
        _ head: RequestHead, subprotocols: [String], deflate: DeflateParameters?
    ) throws(HandshakeRefusal) -> any WebSocketAcceptance {
        guard let number else { return try HixieServerHandshake(self, subprotocols: subprotocols).accept(head) }
        let handshake = ServerHandshake(subprotocols: subprotocols, deflate: deflate, versionNumber: number)
        return try handshake.accept(head)
    }

    /// What a client asks for when it opens a WebSocket.
    package struct Request {
        /// The `Host` field: the authority of the URL.
        package let host: String
        /// Path and query.
        package let target: String
        /// Offered, the most wanted first; a hixie draft names the first alone.
        package let subprotocols: [String]
        /// The wishes to offer permessage-deflate with, where the version has it.
        package let deflate: DeflateParameters?

        package init(host: String, target: String, subprotocols: [String], deflate: DeflateParameters?) {
            self.host = host
            self.target = target
            self.subprotocols = subprotocols
            self.deflate = deflate
        }
    }

    /// Begins the client's opening handshake.
    ///
    /// - Parameters:
    ///   - request: What is asked for.
    ///   - maskKeys: Where the key of an opening handshake is from.
    ///   - random: Where the challenge of hixie-76 is from, which proves nothing about the client.
    /// - Returns: The handshake, whose request is to be written.
    package func open(
        _ request: Request, maskKeys: inout MaskKeySource, random: inout some RandomNumberGenerator
    ) -> any ConnectionOpening {
        guard let number else {
            return HixieClientHandshake(
                self, host: request.host, target: request.target, origin: "http://\(request.host)",
                subprotocol: request.subprotocols.first, random: &random)
        }
        return ClientHandshake(
            host: request.host, target: request.target, key: maskKeys.nextHandshakeKey(),
            subprotocols: request.subprotocols, deflate: request.deflate, versionNumber: number)
    }
}

/// How a server's message becomes a frame that many clients may share.
package enum MessageFraming: Sendable, Hashable {
    /// A header with opcode and length (RFC 6455 §5.2), as from hybi-07 on.
    case header
    /// A byte before and a byte behind the text, as in the hixie drafts.
    case marks

    package func frame(_ kind: MessageKind, _ payload: ByteBuffer) -> ByteBuffer {
        switch self {
        case .header: return FrameEncoder.unmaskedFrame(kind == .text ? .text : .binary, payload: payload)
        case .marks:
            var frame = ByteBuffer()
            HixieFrames.writeText(payload, into: &frame)
            return frame
        }
    }
}

extension WebSocketVersion {
    package var framing: MessageFraming { isHixie ? .marks : .header }
}

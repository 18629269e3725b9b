import HTTP
import NIOCore
import WebSocketProtocol

// The only place that distinguishes versions. All other code uses the protocols for handshakes and sessions.
extension WebSocketVersion {
    /// Decides whether a request in this version becomes a WebSocket.
    ///
    /// - Parameters:
    ///   - head: The request.
    ///   - subprotocols: The supported subprotocols, preferred first.
    ///   - deflate: Parameters for accepting permessage-deflate, if the version has it; `nil` declines it.
    /// - Returns: The rest of the handshake.
    /// - Throws: ``HandshakeRefusal`` with the response to send.
    package func accept(
        _ head: RequestHead, subprotocols: [String], deflate: DeflateParameters?
    ) throws(HandshakeRefusal) -> any WebSocketAcceptance {
        guard let number else { return try HixieServerHandshake(self, subprotocols: subprotocols).accept(head) }
        let handshake = ServerHandshake(subprotocols: subprotocols, deflate: deflate, versionNumber: number)
        return try handshake.accept(head)
    }

    /// The parameters of a client's opening handshake.
    package struct Request {
        /// The `Host` field: the authority of the URL.
        package let host: String
        /// Path and query.
        package let target: String
        /// Offered subprotocols, preferred first; a hixie draft names only the first.
        package let subprotocols: [String]
        /// Parameters for offering permessage-deflate, if the version has it; `nil` for no offer.
        package let deflate: DeflateParameters?

        /// Further fields, such as a cookie.
        package let extraFields: [(name: String, value: String)]

        package init(
            host: String, target: String, subprotocols: [String], deflate: DeflateParameters?,
            extraFields: [(name: String, value: String)] = []
        ) {
            self.host = host
            self.target = target
            self.subprotocols = subprotocols
            self.deflate = deflate
            self.extraFields = extraFields
        }
    }

    /// Starts the client's opening handshake.
    ///
    /// - Parameters:
    ///   - request: The parameters.
    ///   - maskKeys: Source of the handshake's key.
    ///   - random: Source of hixie-76's challenge, which needs no secure random numbers.
    /// - Returns: The handshake with the request to write.
    package func open(
        _ request: Request, maskKeys: inout MaskKeySource, random: inout some RandomNumberGenerator
    ) -> any ConnectionOpening {
        guard let number else {
            return HixieClientHandshake(
                self, host: request.host, target: request.target, origin: "http://\(request.host)",
                subprotocol: request.subprotocols.first, extraFields: request.extraFields, random: &random)
        }
        return ClientHandshake(
            host: request.host, target: request.target, key: maskKeys.nextHandshakeKey(),
            subprotocols: request.subprotocols, deflate: request.deflate, extraFields: request.extraFields,
            versionNumber: number)
    }
}

/// How a server encodes messages as frames. Clients with the same framing share the encoded frames.
package enum MessageFraming: Sendable, Hashable {
    /// A header with opcode and length (RFC 6455 §5.2), from hybi-07 on.
    case header
    /// One byte before and one byte after the text, in the hixie drafts.
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

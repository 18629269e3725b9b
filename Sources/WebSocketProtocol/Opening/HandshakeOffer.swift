import HTTP

/// What a client offers when it opens a WebSocket, and what a server may make of it: the same over HTTP/1.1
/// (RFC 6455 §4.1) and HTTP/2 (RFC 8441 §5).
struct HandshakeOffer: Sendable {
    /// The most wanted first.
    let subprotocols: [String]
    /// The wishes to offer permessage-deflate with; `nil` offers no extension.
    let deflate: DeflateParameters?

    init(subprotocols: [String], deflate: DeflateParameters?) {
        precondition(subprotocols.allSatisfy(\.isToken), "a subprotocol is an HTTP token (RFC 6455 §4.1)")
        self.subprotocols = subprotocols
        self.deflate = deflate
    }

    /// The fields of the request; none for what is not offered.
    var fields: [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        if !subprotocols.isEmpty { fields.append(("Sec-WebSocket-Protocol", subprotocols.joined(separator: ", "))) }
        if let deflate { fields.append(("Sec-WebSocket-Extensions", deflate.offer.text)) }
        return fields
    }

    /// Judges what the server agreed to.
    ///
    /// - Parameter fields: Of the response that opens the WebSocket.
    /// - Returns: What was agreed on.
    /// - Throws: ``HandshakeError`` if the server agreed to what was not offered; drop the connection.
    func agreement(in fields: HeaderFields) throws(HandshakeError) -> HandshakeAgreement {
        HandshakeAgreement(subprotocol: try subprotocol(fields), deflate: try agreedDeflate(fields))
    }

    private func agreedDeflate(_ fields: HeaderFields) throws(HandshakeError) -> DeflateParameters? {
        let lines = fields.values("Sec-WebSocket-Extensions")
        guard !lines.isEmpty else { return nil }
        guard let deflate, let extensions = ExtensionElement.list(lines), extensions.count == 1,
            let agreed = DeflateElement(extensions[0]).flatMap(deflate.agreement(confirmedBy:))
        else { throw .unofferedExtension(lines.joined(separator: ", ")) }
        return agreed
    }

    private func subprotocol(_ fields: HeaderFields) throws(HandshakeError) -> String? {
        let chosen = fields.values("Sec-WebSocket-Protocol")
        guard let name = chosen.first else { return nil }
        guard chosen.count == 1, subprotocols.contains(name) else {
            throw .unofferedSubprotocol(chosen.joined(separator: ", "))
        }
        return name
    }
}

/// What client and server agreed on when they opened a WebSocket.
package struct HandshakeAgreement: Sendable, Equatable {
    package let subprotocol: String?
    /// For ``WebSocketEndpoint``, if permessage-deflate was agreed on.
    package let deflate: DeflateParameters?

    package init(subprotocol: String? = nil, deflate: DeflateParameters? = nil) {
        self.subprotocol = subprotocol
        self.deflate = deflate
    }
}

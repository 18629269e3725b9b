import HTTP

/// A client's offer when it opens a WebSocket, and the check of the server's choice. The same over HTTP/1.1
/// (RFC 6455 §4.1) and HTTP/2 (RFC 8441 §5).
struct HandshakeOffer: Sendable {
    /// The preferred one first.
    let subprotocols: [String]
    /// The offer of permessage-deflate; `nil` offers no extension.
    let deflate: DeflateParameters?

    init(subprotocols: [String], deflate: DeflateParameters?) {
        precondition(subprotocols.allSatisfy(\.isToken), "a subprotocol must be an HTTP token (RFC 6455 §4.1)")
        self.subprotocols = subprotocols
        self.deflate = deflate
    }

    /// The request fields of the offer; empty if nothing is offered.
    var fields: [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        if !subprotocols.isEmpty { fields.append(("Sec-WebSocket-Protocol", subprotocols.joined(separator: ", "))) }
        if let deflate { fields.append(("Sec-WebSocket-Extensions", deflate.offer.text)) }
        return fields
    }

    /// Checks the server's choice.
    ///
    /// - Parameter fields: The fields of the response that opens the WebSocket.
    /// - Returns: The agreement.
    /// - Throws: ``HandshakeError`` if the server chose something that was not offered; drop the connection.
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
        // nchan sends an empty field if the client offers nothing. To an offer that is no answer.
        if subprotocols.isEmpty, chosen.allSatisfy(\.isEmpty) { return nil }
        guard let name = chosen.first else { return nil }
        guard chosen.count == 1, subprotocols.contains(name) else {
            throw .unofferedSubprotocol(chosen.joined(separator: ", "))
        }
        return name
    }
}

/// The agreement of client and server when they opened a WebSocket.
package struct HandshakeAgreement: Sendable, Equatable {
    package let subprotocol: String?
    /// The negotiated permessage-deflate parameters; `nil` without compression.
    package let deflate: DeflateParameters?

    package init(subprotocol: String? = nil, deflate: DeflateParameters? = nil) {
        self.subprotocol = subprotocol
        self.deflate = deflate
    }
}

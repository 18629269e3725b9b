import Codecs
import NIOCore

/// Decides whether a request becomes a WebSocket (RFC 6455 §4.2).
package struct ServerHandshake: Sendable {
    package enum Answer: Sendable, Equatable {
        case accepted(HandshakeAcceptance)
        case refused(HandshakeRefusal)
    }

    /// The subprotocols spoken here, the most wanted first.
    package var subprotocols: [String]
    /// The origins let in; `nil` lets in all. A request without `Origin` comes from no browser and passes.
    package var allowedOrigins: Set<String>?
    /// How permessage-deflate is accepted; `nil` declines it.
    package var deflate: DeflateParameters?

    package init(
        subprotocols: [String] = [],
        allowedOrigins: Set<String>? = nil,
        deflate: DeflateParameters? = nil
    ) {
        self.subprotocols = subprotocols
        self.allowedOrigins = allowedOrigins
        self.deflate = deflate
    }

    /// Extensions that are not known here are declined by silence (§9.1).
    package func answer(_ request: HandshakeRequest) -> Answer {
        let fields = HeaderFields(request.fields)
        do {
            try checkHTTP(request, fields)
            try checkUpgrade(fields)
            try checkOrigin(fields)
            let key = try acceptedKey(fields)
            return .accepted(try accept(key: key, fields))
        } catch {
            return .refused(error)
        }
    }

    private func checkHTTP(_ request: HandshakeRequest, _ fields: HeaderFields) throws(HandshakeRefusal) {
        guard request.method == "GET" else {
            throw HandshakeRefusal(405, "A WebSocket is opened with GET.", [("Allow", "GET")])
        }
        guard request.version == "HTTP/1.1" else {
            throw HandshakeRefusal(400, "A WebSocket is opened over HTTP/1.1.")
        }
        guard let host = fields.single("Host"), !host.isEmpty else {
            throw HandshakeRefusal(400, "The request needs exactly one Host field.")
        }
    }

    private func checkUpgrade(_ fields: HeaderFields) throws(HandshakeRefusal) {
        guard fields.list("Upgrade", contains: "websocket") else {
            throw .upgradeRequired("The request needs \"Upgrade: websocket\".")
        }
        guard fields.list("Connection", contains: "upgrade") else {
            throw HandshakeRefusal(400, "The request needs \"Connection: Upgrade\".")
        }
        guard fields.single("Sec-WebSocket-Version") == "13" else {
            throw .upgradeRequired("The only version spoken here is 13.")
        }
    }

    private func checkOrigin(_ fields: HeaderFields) throws(HandshakeRefusal) {
        guard let allowedOrigins else { return }
        let origins = fields.values("Origin")
        guard origins.count < 2, origins.allSatisfy(allowedOrigins.contains) else {
            throw HandshakeRefusal(403, "This origin may not connect.")
        }
    }

    private func acceptedKey(_ fields: HeaderFields) throws(HandshakeRefusal) -> String {
        guard let key = fields.single("Sec-WebSocket-Key"), Base64.decode(key)?.count == 16 else {
            throw HandshakeRefusal(400, "The request needs one Sec-WebSocket-Key: 16 bytes in base64.")
        }
        return key
    }

    private func accept(key: String, _ fields: HeaderFields) throws(HandshakeRefusal) -> HandshakeAcceptance {
        let offered = fields.list("Sec-WebSocket-Protocol")
        guard offered.allSatisfy(\.isToken), Set(offered).count == offered.count else {
            throw HandshakeRefusal(400, "Sec-WebSocket-Protocol must list distinct tokens.")
        }
        guard let extensions = ExtensionElement.list(fields.values("Sec-WebSocket-Extensions")) else {
            throw HandshakeRefusal(400, "Sec-WebSocket-Extensions does not follow RFC 6455 §9.1.")
        }
        return HandshakeAcceptance(
            key: key,
            subprotocol: subprotocols.first(where: offered.contains),
            deflate: acceptedDeflate(extensions)
        )
    }

    /// The first offer that is well formed; the client ordered them (RFC 7692 §5).
    private func acceptedDeflate(_ offers: [ExtensionElement]) -> (DeflateParameters, response: DeflateElement)? {
        guard let deflate, let offer = offers.lazy.compactMap(DeflateElement.init).first else { return nil }
        let agreed = deflate.agreement(to: offer)
        return (agreed, agreed.response(to: offer))
    }
}

/// A handshake that succeeded, as the server sees it.
package struct HandshakeAcceptance: Sendable, Equatable {
    /// The response to write; frames follow it.
    package let responseHead: ByteBuffer
    package let subprotocol: String?
    /// For ``WebSocketEndpoint``, if permessage-deflate was agreed on.
    package let deflate: DeflateParameters?

    init(key: String, subprotocol: String?, deflate: (agreed: DeflateParameters, response: DeflateElement)?) {
        var head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        head += "Sec-WebSocket-Accept: \(AcceptKey.answering(key))\r\n"
        if let subprotocol { head += "Sec-WebSocket-Protocol: \(subprotocol)\r\n" }
        if let deflate { head += "Sec-WebSocket-Extensions: \(deflate.response.text)\r\n" }
        responseHead = ByteBuffer(string: head + "\r\n")
        self.subprotocol = subprotocol
        self.deflate = deflate?.agreed
    }
}

/// Why a request does not become a WebSocket: an HTTP response for the driver to write.
package struct HandshakeRefusal: Error, Sendable, Equatable {
    package let status: Int
    /// One sentence for the client's operator.
    package let reason: String
    /// Fields that the response must have beside the usual ones.
    package let fields: [(name: String, value: String)]

    init(_ status: Int, _ reason: String, _ fields: [(name: String, value: String)] = []) {
        self.status = status
        self.reason = reason
        self.fields = fields
    }

    /// 426 with what RFC 6455 §4.4 and RFC 9110 §15.5.22 ask for.
    static func upgradeRequired(_ reason: String) -> HandshakeRefusal {
        let fields = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13")]
        return HandshakeRefusal(426, reason, fields)
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.status == right.status && left.reason == right.reason
            && left.fields.elementsEqual(right.fields) { $0 == $1 }
    }
}

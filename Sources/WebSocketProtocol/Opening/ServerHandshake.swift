import Codecs
import HTTP
import NIOCore

/// Decides whether a request becomes a WebSocket (RFC 6455 §4.2).
package struct ServerHandshake: Sendable {
    /// `Sec-WebSocket-Version` of RFC 6455.
    package static let versionNumber = "13"

    /// The supported subprotocols, the preferred one first.
    package var subprotocols: [String]
    /// How permessage-deflate is accepted; `nil` declines it.
    package var deflate: DeflateParameters?
    /// The required `Sec-WebSocket-Version`: of RFC 6455, or of a draft whose handshake differs only in this number.
    private let versionNumber: String

    package init(
        subprotocols: [String] = [], deflate: DeflateParameters? = nil,
        versionNumber: String = ServerHandshake.versionNumber
    ) {
        self.subprotocols = subprotocols
        self.deflate = deflate
        self.versionNumber = versionNumber
    }

    /// Accepts a request. Unknown extensions are declined by omitting them from the response (§9.1).
    ///
    /// - Throws: ``HandshakeRefusal`` if the request does not open a WebSocket.
    package func accept(_ head: RequestHead) throws(HandshakeRefusal) -> HandshakeAcceptance {
        let fields = head.headerFields
        try Self.checkHTTP(head)
        try checkUpgrade(fields)
        return try accept(key: acceptedKey(fields), fields)
    }

    /// Checks the requirements of every version: GET, HTTP/1.1 and a Host field.
    package static func checkHTTP(_ head: RequestHead) throws(HandshakeRefusal) {
        guard head.method == .get else {
            throw HandshakeRefusal(405, "A WebSocket is opened with GET.", [("Allow", "GET")])
        }
        if head.isHTTP10 { throw HandshakeRefusal(400, "A WebSocket is opened over HTTP/1.1.") }
        // The request parser has rejected several Host fields.
        guard head.host?.isEmpty == false else {
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
        guard fields.single("Sec-WebSocket-Version") == versionNumber else {
            throw .upgradeRequired("The request needs \"Sec-WebSocket-Version: 13\".")
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

    /// Accepts the first valid offer; the client lists them in order of preference (RFC 7692 §5).
    private func acceptedDeflate(_ offers: [ExtensionElement]) -> (DeflateParameters, response: DeflateElement)? {
        guard let deflate, let offer = offers.lazy.compactMap(DeflateElement.init).first else { return nil }
        let agreed = deflate.agreement(to: offer)
        return (agreed, agreed.response(to: offer))
    }
}

/// A handshake that the server accepts.
package struct HandshakeAcceptance: WebSocketAcceptance, Sendable, Equatable {
    /// The response to write; frames follow it.
    package let responseHead: ByteBuffer
    package let agreement: HandshakeAgreement

    init(key: String, subprotocol: String?, deflate: (agreed: DeflateParameters, response: DeflateElement)?) {
        var head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        head += "Sec-WebSocket-Accept: \(AcceptKey.answering(key))\r\n"
        if let subprotocol { head += "Sec-WebSocket-Protocol: \(subprotocol)\r\n" }
        if let deflate { head += "Sec-WebSocket-Extensions: \(deflate.response.text)\r\n" }
        responseHead = ByteBuffer(string: head + "\r\n")
        agreement = HandshakeAgreement(subprotocol: subprotocol, deflate: deflate?.agreed)
    }

    package func response(to bytes: inout ByteBuffer) -> ByteBuffer? { responseHead }

    package func makeSession(
        limits: WebSocketLimits, keepAlive: KeepAlive?, keepsIdleStreams: Bool
    ) -> any WebSocketSession {
        guard let deflate = agreement.deflate else { return RestingEndpoint(limits: limits, keepAlive: keepAlive) }
        return WebSocketEndpoint(
            role: .server, limits: limits, deflate: deflate, keepAlive: keepAlive, keepsIdleStreams: keepsIdleStreams)
    }
}

/// The proof that a server read the handshake (RFC 6455 §4.2.2).
package enum AcceptKey {
    /// The text that is appended to every key (RFC 6455 §1.3).
    package static let uniqueIdentifier = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    /// The `Sec-WebSocket-Accept` that answers a `Sec-WebSocket-Key`.
    package static func answering(_ key: String) -> String {
        Base64.encode(SHA1.digest(Array((key + uniqueIdentifier).utf8)))
    }
}

/// Why a request does not become a WebSocket: an HTTP response for the driver to write.
package struct HandshakeRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    package let status: Int
    /// One sentence for the client's operator.
    package let reason: String
    /// Fields that the response must have in addition to the usual ones.
    package let fields: [(name: String, value: String)]

    package var description: String { reason }

    package init(_ status: Int, _ reason: String, _ fields: [(name: String, value: String)] = []) {
        self.status = status
        self.reason = reason
        self.fields = fields
    }

    /// 426 with the fields that RFC 6455 §4.4 and RFC 9110 §15.5.22 require.
    static func upgradeRequired(_ reason: String) -> HandshakeRefusal {
        let fields = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13")]
        return HandshakeRefusal(426, reason, fields)
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.status == right.status && left.reason == right.reason
            && left.fields.elementsEqual(right.fields) { $0 == $1 }
    }
}

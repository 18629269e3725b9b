import Codecs
import HTTP
import NIOCore

/// The client's opening handshake (RFC 6455 §4.1): writes the request and reads the response.
package struct ClientHandshake: ConnectionOpening {
    package let request: ByteBuffer

    private let acceptKey: String
    private let offer: HandshakeOffer
    private var parser: ResponseParser

    /// Bytes of the response read so far, including interim responses.
    package var responseBytes: Int { parser.headBytes }

    /// - Parameters:
    ///   - host: The `Host` field: the authority of the URL.
    ///   - target: Path and query.
    ///   - key: 16 bytes that no other connection uses.
    ///   - subprotocols: The offered subprotocols, the preferred one first.
    ///   - deflate: The offer of permessage-deflate; `nil` offers no extension.
    ///   - extraFields: Sent after the fields of the handshake.
    ///   - headLimit: Largest size of status line and headers, in bytes.
    ///   - versionNumber: The version of RFC 6455, or of a draft whose request differs only in this number.
    package init(
        host: String,
        target: String,
        key: [UInt8],
        subprotocols: [String] = [],
        deflate: DeflateParameters? = nil,
        extraFields: [(name: String, value: String)] = [],
        headLimit: Int = ResponseParser.defaultHeadLimit,
        versionNumber: String = ServerHandshake.versionNumber
    ) {
        precondition(key.count == 16, "Sec-WebSocket-Key encodes 16 bytes (RFC 6455 §4.1)")
        offer = HandshakeOffer(subprotocols: subprotocols, deflate: deflate)
        let encodedKey = Base64.encode(key)
        let fields = [
            ("Host", host), ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Key", encodedKey),
            ("Sec-WebSocket-Version", versionNumber),
        ]
        request = Self.request(
            target: target, fields: fields + (offer.fields + extraFields).map { ($0.name, $0.value) })
        acceptKey = AcceptKey.answering(encodedKey)
        parser = ResponseParser(limit: headLimit)
    }

    private static func request(target: String, fields: [(String, String)]) -> ByteBuffer {
        let isClean = fields.allSatisfy { $0.0.isToken && $0.1.utf8.allSatisfy(\.isFieldByte) }
        precondition(isClean, "a field name must be a token, its value without control characters (RFC 9110 §5)")
        precondition(target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a request target must be visible ASCII")
        let lines = ["GET \(target) HTTP/1.1"] + fields.map { "\($0.0): \($0.1)" }
        return ByteBuffer(string: lines.joined(separator: "\r\n") + "\r\n\r\n")
    }

    package mutating func receive(_ bytes: inout ByteBuffer) throws(HandshakeError) -> HandshakeAgreement? {
        while let response = try HandshakeError.reading({ () throws(ResponseFault) in try parser.next(from: &bytes) }) {
            // RFC 9110 §15.2 allows any number of interim responses before the final one. The parser's limit applies to
            // their total size.
            if !response.isInterim { return try agreement(response) }
        }
        return nil
    }

    package func makeSession(
        _ agreement: HandshakeAgreement, limits: WebSocketLimits, maskKeys: MaskKeySource, keepAlive: KeepAlive
    ) -> any CountingSession {
        WebSocketEndpoint(
            role: .client, limits: limits, maskKeys: maskKeys, deflate: agreement.deflate, keepAlive: keepAlive)
    }

    private func agreement(_ response: ResponseHead) throws(HandshakeError) -> HandshakeAgreement {
        guard response.status == 101 else { throw .refused(response.status, response.fields) }
        let fields = response.fields
        guard let upgrade = fields.single("Upgrade"), upgrade.equalsIgnoringCase("websocket") else {
            throw .missingUpgrade
        }
        guard fields.list("Connection", contains: "upgrade") else { throw .missingConnection }
        let accepts = fields.values("Sec-WebSocket-Accept")
        guard accepts == [acceptKey] else { throw .wrongAcceptKey(seen: accepts) }
        return try offer.agreement(in: fields)
    }
}

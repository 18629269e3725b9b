import Codecs
import NIOCore

/// The client's opening handshake (RFC 6455 §4.1): the request to write, and the reader of the response.
package struct ClientHandshake: Sendable {
    /// What was agreed, and its exact cost.
    package struct Outcome: Sendable, Equatable {
        package let subprotocol: String?
        /// For ``WebSocketEndpoint``, if permessage-deflate was agreed on.
        package let deflate: DeflateParameters?
        package let requestBytes: Int
        package let responseBytes: Int

        package var agreement: HandshakeAgreement {
            HandshakeAgreement(subprotocol: subprotocol, deflate: deflate)
        }
    }

    package static let defaultHeadLimit = 16 << 10

    /// The request, ready to be written.
    package let requestHead: ByteBuffer

    private let acceptKey: String
    private let offer: HandshakeOffer
    private var collector: HeadCollector
    // Interim responses included.
    private var responseBytes = 0

    /// - Parameters:
    ///   - host: The `Host` field: the authority of the URL.
    ///   - target: Path and query.
    ///   - key: 16 bytes that no other connection used.
    ///   - subprotocols: Offered, the most wanted first.
    ///   - deflate: The wishes to offer permessage-deflate with; `nil` offers no extension.
    ///   - extraFields: Sent after the fields of the handshake.
    ///   - headLimit: Largest response head, in bytes.
    ///   - version: RFC 6455, or one of the drafts whose request differs from its in the number alone.
    package init(
        host: String,
        target: String,
        key: [UInt8],
        subprotocols: [String] = [],
        deflate: DeflateParameters? = nil,
        extraFields: [(name: String, value: String)] = [],
        headLimit: Int = ClientHandshake.defaultHeadLimit,
        version: WebSocketVersion = .rfc6455
    ) {
        guard let versionNumber = version.number else { preconditionFailure("the hixie drafts have another handshake") }
        precondition(key.count == 16, "Sec-WebSocket-Key encodes 16 bytes (RFC 6455 §4.1)")
        offer = HandshakeOffer(subprotocols: subprotocols, deflate: deflate)
        let encodedKey = Base64.encode(key)
        let fields = [
            ("Host", host), ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Key", encodedKey),
            ("Sec-WebSocket-Version", versionNumber),
        ]
        requestHead = Self.request(
            target: target, fields: fields + (offer.fields + extraFields).map { ($0.name, $0.value) })
        acceptKey = AcceptKey.answering(encodedKey)
        collector = HeadCollector(limit: headLimit)
    }

    private static func request(target: String, fields: [(String, String)]) -> ByteBuffer {
        let isClean = fields.allSatisfy { $0.0.isToken && $0.1.utf8.allSatisfy(\.isFieldCharacter) }
        precondition(isClean, "a field's name is a token, and its value has no control characters (RFC 9110 §5)")
        precondition(target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a request target is visible ASCII")
        let lines = ["GET \(target) HTTP/1.1"] + fields.map { "\($0.0): \($0.1)" }
        return ByteBuffer(string: lines.joined(separator: "\r\n") + "\r\n\r\n")
    }

    /// Reads the response.
    ///
    /// - Parameter bytes: Unread input. What follows the head stays: the server's first frames.
    /// - Returns: `nil` until the whole head is there.
    /// - Throws: ``HandshakeError`` if the server declined or broke HTTP; drop the connection.
    package mutating func receive(_ bytes: inout ByteBuffer) throws(HandshakeError) -> Outcome? {
        while let head = try collector.collect(&bytes) {
            let response = try ResponseHead(parsing: head)
            responseBytes += head.readableBytes
            // RFC 9110 §15.2: any number of interim responses may come first; together they have a head's limit.
            guard (100...199).contains(response.status), response.status != 101 else {
                return try outcome(response, bytes: responseBytes)
            }
            collector.beginNext()
        }
        return nil
    }

    private func outcome(_ response: ResponseHead, bytes: Int) throws(HandshakeError) -> Outcome {
        guard response.status == 101 else { throw .unexpectedStatus(response.status) }
        let fields = response.fields
        guard let upgrade = fields.single("Upgrade"), upgrade.equalsIgnoringCase("websocket") else {
            throw .missingUpgrade
        }
        guard fields.list("Connection", contains: "upgrade") else { throw .missingConnection }
        let accepts = fields.values("Sec-WebSocket-Accept")
        guard accepts == [acceptKey] else { throw .wrongAcceptKey(seen: accepts) }
        let agreement = try offer.agreement(in: fields)
        return Outcome(
            subprotocol: agreement.subprotocol,
            deflate: agreement.deflate,
            requestBytes: requestHead.readableBytes,
            responseBytes: bytes
        )
    }
}

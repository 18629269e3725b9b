import HTTP
import NIOCore
import WebSocketProtocol

/// The client's opening handshake of a hixie draft (draft 75 §3.1, draft 76 §4.1).
struct HixieClientHandshake: ConnectionOpening {
    /// The request to write; for hixie-76 it includes the eight bytes after the header section.
    let request: ByteBuffer

    private let version: WebSocketVersion
    private let expected: HixieEchoedFields
    private let challenge: HixieChallenge?
    private var parser: ResponseParser
    private var hasHead = false
    private var answer: [UInt8] = []

    /// - Parameters:
    ///   - version: One of the hixie drafts.
    ///   - host: The `Host` field: the authority of the URL.
    ///   - target: Path and query.
    ///   - origin: The `Origin` field; the drafts require one.
    ///   - subprotocol: The subprotocol that the server must select; `nil` for any.
    ///   - extraFields: Sent after the fields of the handshake.
    ///   - random: Source of hixie-76's challenge.
    ///   - headLimit: Largest response header section, in bytes.
    init(
        _ version: WebSocketVersion, host: String, target: String, origin: String, subprotocol: String? = nil,
        extraFields: [(name: String, value: String)] = [], random: inout some RandomNumberGenerator,
        headLimit: Int = ResponseParser.defaultHeadLimit
    ) {
        precondition(version.isHixie, "later drafts have RFC 6455's handshake")
        self.version = version
        expected = HixieEchoedFields(origin: origin, location: "ws://\(host)\(target)", subprotocol: subprotocol)
        challenge = version == .hixie76 ? HixieChallenge(using: &random) : nil
        parser = ResponseParser(limit: headLimit)
        var lines = ["GET \(target) HTTP/1.1", "Upgrade: WebSocket", "Connection: Upgrade", "Host: \(host)"]
        lines.append("Origin: \(origin)")
        if let subprotocol { lines.append("\(HixieFieldNames(version).subprotocol): \(subprotocol)") }
        if let challenge {
            lines += ["Sec-WebSocket-Key1: \(challenge.key1.text)", "Sec-WebSocket-Key2: \(challenge.key2.text)"]
        }
        lines += extraFields.map { "\($0.name): \($0.value)" }
        var request = ByteBuffer(string: lines.joined(separator: "\r\n") + "\r\n\r\n")
        request.writeBytes(challenge?.tail ?? [])
        self.request = request
    }

    /// Bytes of the response read so far.
    var responseBytes: Int { parser.headBytes + answer.count }

    mutating func receive(_ bytes: inout ByteBuffer) throws(HandshakeError) -> HandshakeAgreement? {
        if !hasHead {
            guard let head = try HandshakeError.reading({ () throws(ResponseFault) in try parser.next(from: &bytes) })
            else { return nil }
            try check(head)
            hasHead = true
        }
        return try hasAnswered(&bytes) ? HandshakeAgreement(subprotocol: expected.subprotocol) : nil
    }

    func makeSession(
        _ agreement: HandshakeAgreement, limits: WebSocketLimits, maskKeys: MaskKeySource, keepAlive: KeepAlive
    ) -> any CountingSession {
        HixieEndpoint(version, role: .client, limits: limits)
    }

    private mutating func hasAnswered(_ bytes: inout ByteBuffer) throws(HandshakeError) -> Bool {
        guard let challenge else { return true }
        let missing = HixieChallenge.answerBytes - answer.count
        answer += bytes.readBytes(length: min(missing, bytes.readableBytes)) ?? []
        guard answer.count == HixieChallenge.answerBytes else { return false }
        guard answer == challenge.answer else { throw .wrongChallengeAnswer }
        return true
    }

    private func check(_ response: ResponseHead) throws(HandshakeError) {
        guard response.status == 101 else { throw .refused(response.status, response.fields) }
        let names = HixieFieldNames(version)
        let text = String(buffer: response.bytes)
        if version == .hixie75, !text.hasPrefix(names.responsePreamble) { throw .wrongPreamble }
        let fields = response.fields
        guard fields.single("Upgrade") == "WebSocket" else { throw .missingUpgrade }
        guard fields.single("Connection")?.equalsIgnoringCase("Upgrade") == true else { throw .missingConnection }
        let (origins, locations) = (fields.values(names.origin), fields.values(names.location))
        guard origins == [expected.origin] else { throw .wrongOrigin(seen: origins) }
        guard locations == [expected.location] else { throw .wrongLocation(seen: locations) }
        let chosen = fields.values(names.subprotocol)
        guard expected.subprotocol == nil || chosen == [expected.subprotocol] else {
            throw .unofferedSubprotocol(chosen.joined(separator: ", "))
        }
    }
}

import NIOCore

/// The client's opening handshake of a hixie draft (draft 75 §3.1, draft 76 §4.1).
package struct HixieClientHandshake: Sendable {
    /// The request, for hixie-76 with the eight bytes behind its head, ready to be written.
    package let request: ByteBuffer

    private let version: WebSocketVersion
    private let expected: HixieEcho
    private let challenge: HixieChallenge?
    private var collector: HeadCollector
    private var head: ByteBuffer?
    private var answer: [UInt8] = []

    /// - Parameters:
    ///   - version: One of the hixie drafts.
    ///   - host: The `Host` field: the authority of the URL.
    ///   - target: Path and query.
    ///   - origin: Who asks; the drafts know no client without one.
    ///   - subprotocol: What the server has to speak; `nil` for anything.
    ///   - random: Where the challenge of hixie-76 is from.
    ///   - headLimit: Largest response head, in bytes.
    package init(
        _ version: WebSocketVersion, host: String, target: String, origin: String, subprotocol: String? = nil,
        random: inout some RandomNumberGenerator, headLimit: Int = ClientHandshake.defaultHeadLimit
    ) {
        precondition(version.isHixie, "later drafts have RFC 6455's handshake")
        self.version = version
        expected = HixieEcho(origin: origin, location: "ws://\(host)\(target)", subprotocol: subprotocol)
        challenge = version == .hixie76 ? HixieChallenge(using: &random) : nil
        collector = HeadCollector(limit: headLimit)
        var lines = ["GET \(target) HTTP/1.1", "Upgrade: WebSocket", "Connection: Upgrade", "Host: \(host)"]
        lines.append("Origin: \(origin)")
        if let subprotocol { lines.append("\(HixieFieldNames(version).subprotocol): \(subprotocol)") }
        if let challenge {
            lines += ["Sec-WebSocket-Key1: \(challenge.key1.text)", "Sec-WebSocket-Key2: \(challenge.key2.text)"]
        }
        var request = ByteBuffer(string: lines.joined(separator: "\r\n") + "\r\n\r\n")
        request.writeBytes(challenge?.tail ?? [])
        self.request = request
    }

    /// Reads the response.
    ///
    /// - Parameter bytes: Unread input. What follows the response stays: the server's first frames.
    /// - Returns: `nil` until the whole response is there.
    /// - Throws: ``HandshakeError`` if the server declined or did not understand; drop the connection.
    package mutating func receive(_ bytes: inout ByteBuffer) throws(HandshakeError) -> ClientHandshake.Outcome? {
        if head == nil {
            guard let complete = try collector.collect(&bytes) else { return nil }
            try check(complete)
            head = complete
        }
        guard let head, try hasAnswered(&bytes) else { return nil }
        return ClientHandshake.Outcome(
            subprotocol: expected.subprotocol, deflate: nil, requestBytes: request.readableBytes,
            responseBytes: head.readableBytes + answer.count)
    }

    private mutating func hasAnswered(_ bytes: inout ByteBuffer) throws(HandshakeError) -> Bool {
        guard let challenge else { return true }
        let missing = HixieChallenge.answerBytes - answer.count
        answer += bytes.readBytes(length: min(missing, bytes.readableBytes)) ?? []
        guard answer.count == HixieChallenge.answerBytes else { return false }
        guard answer == challenge.answer else { throw .wrongChallengeAnswer }
        return true
    }

    private func check(_ head: ByteBuffer) throws(HandshakeError) {
        let response = try ResponseHead(parsing: head)
        guard response.status == 101 else { throw .unexpectedStatus(response.status) }
        let names = HixieFieldNames(version)
        if version == .hixie75, !String(buffer: head).hasPrefix(names.responsePreamble) { throw .wrongPreamble }
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

import HTTP

/// The client's opening handshake on a stream of HTTP/2 (RFC 8441 §5): the request's fields, and the judge of the
/// response.
///
/// The stream itself says what `Upgrade`, `Connection` and the key say over HTTP/1.1, so none of these is sent.
package struct ExtendedConnect: Sendable {
    /// The field block in order, pseudo-header fields first; names in lower case (RFC 9113 §8.2.1).
    package let fields: [(name: String, value: String)]

    private let offer: HandshakeOffer

    /// - Parameters:
    ///   - scheme: `http` or `https`, as for a page of the server's (RFC 8441 §5).
    ///   - authority: Host and port of the URL.
    ///   - target: Path and query.
    ///   - subprotocols: Offered, the most wanted first.
    ///   - deflate: The wishes to offer permessage-deflate with; `nil` offers no extension.
    package init(
        scheme: String, authority: String, target: String, subprotocols: [String] = [],
        deflate: DeflateParameters? = nil
    ) {
        precondition(target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a request target is visible ASCII")
        offer = HandshakeOffer(subprotocols: subprotocols, deflate: deflate)
        fields =
            [
                (":method", "CONNECT"), (":protocol", "websocket"), (":scheme", scheme), (":path", target),
                (":authority", authority), ("sec-websocket-version", "13"),
            ] + offer.fields.map { ($0.name.lowercased(), $0.value) }
    }

    /// Judges a response.
    ///
    /// - Parameter response: Its field block, `:status` among it.
    /// - Returns: `nil` for an interim response (RFC 9110 §15.2): another one follows.
    /// - Throws: ``HandshakeError`` if the server declined or agreed to what was not offered; reset the stream.
    package func agreement(
        in response: [(name: String, value: String)]
    ) throws(HandshakeError) -> HandshakeAgreement? {
        let fields = HeaderFields(response)
        let text = fields.single(":status") ?? ""
        guard text.utf8.count == 3, let status = Int(text), status >= 100 else {
            throw .malformedResponse(.malformedStatusLine(text))
        }
        // 101 switches a connection, which HTTP/2 does not do (RFC 9113 §8.6).
        if status < 200, status != 101 { return nil }
        guard (200...299).contains(status) else { throw .unexpectedStatus(status) }
        return try offer.agreement(in: fields)
    }
}

import HTTP

/// The client's opening handshake on an HTTP/2 stream (RFC 8441 §5): the request's fields, and the check of the
/// response.
///
/// `:protocol` replaces `Upgrade`, `Connection` and the key of HTTP/1.1, so none of them is sent.
package struct ExtendedConnect: Sendable {
    /// The field block in order, pseudo-header fields first; names in lower case (RFC 9113 §8.2.1).
    package let fields: [(name: String, value: String)]

    private let offer: HandshakeOffer

    /// - Parameters:
    ///   - scheme: `http` or `https`, not `ws` or `wss` (RFC 8441 §5).
    ///   - authority: Host and port of the URL.
    ///   - target: Path and query.
    ///   - subprotocols: The offered subprotocols, the preferred one first.
    ///   - deflate: The offer of permessage-deflate; `nil` offers no extension.
    ///   - extraFields: Sent after the fields of the handshake.
    package init(
        scheme: String, authority: String, target: String, subprotocols: [String] = [],
        deflate: DeflateParameters? = nil, extraFields: [(name: String, value: String)] = []
    ) {
        precondition(target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a request target must be visible ASCII")
        offer = HandshakeOffer(subprotocols: subprotocols, deflate: deflate)
        fields =
            [
                (":method", "CONNECT"), (":protocol", "websocket"), (":scheme", scheme), (":path", target),
                (":authority", authority), ("sec-websocket-version", "13"),
            ] + (offer.fields + extraFields).map { ($0.name.lowercased(), $0.value) }
    }

    /// Checks a response.
    ///
    /// - Parameter response: Its field block, including `:status`.
    /// - Returns: `nil` for an interim response (RFC 9110 §15.2), which another response follows.
    /// - Throws: ``HandshakeError`` if the server declined or chose something that was not offered; reset the stream.
    package func agreement(
        in response: [(name: String, value: String)]
    ) throws(HandshakeError) -> HandshakeAgreement? {
        let fields = HeaderFields(response)
        let text = fields.single(":status") ?? ""
        guard text.utf8.count == 3, let status = Int(text), status >= 100 else {
            throw .malformedResponse(.malformedStatusLine(text))
        }
        // HTTP/2 does not support 101 (RFC 9113 §8.6).
        if status < 200, status != 101 { return nil }
        guard (200...299).contains(status) else { throw .refused(status, fields) }
        return try offer.agreement(in: fields)
    }
}

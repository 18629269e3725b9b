/// Why a client gives up the opening handshake (RFC 6455 §4.1). The peer is at fault each time.
package enum HandshakeError: Error, Equatable, Sendable {
    /// The head did not end within the limit.
    case oversizedHead(limitBytes: Int)
    /// The status line is not `HTTP/1.1`, three digits and a reason; on a stream of HTTP/2, the status is no number of
    /// three.
    case malformedStatusLine(String)
    /// A field line that HTTP does not allow: folded, without a name, with a control character.
    case malformedField(String)
    /// An answer, but not 101; on a stream of HTTP/2, not 2xx.
    case unexpectedStatus(Int)
    /// The proxy in between answered `CONNECT` with this status, not 2xx.
    case refusedByProxy(Int)
    /// `Upgrade` is not `websocket`.
    case missingUpgrade
    /// `Connection` does not list `Upgrade`.
    case missingConnection
    /// `Sec-WebSocket-Accept` is missing, doubled or answers another key.
    case wrongAcceptKey(seen: [String])
    /// A subprotocol that was not offered, or several.
    case unofferedSubprotocol(String)
    /// An extension that was not offered, or in a form that the offer does not allow.
    case unofferedExtension(String)
    /// The response does not begin with the three lines that hixie-75 prescribes.
    case wrongPreamble
    /// A hixie server repeats another origin than the one it was sent, none, or several.
    case wrongOrigin(seen: [String])
    /// A hixie server names another URL than the one it was asked for, none, or several.
    case wrongLocation(seen: [String])
    /// The 16 bytes behind the response head do not answer hixie-76's challenge.
    case wrongChallengeAnswer
}

import HTTP

/// Why a client gives up the opening handshake (RFC 6455 §4.1). The peer is at fault each time.
package enum HandshakeError: Error, Equatable, Sendable {
    /// The response is no HTTP; on a stream of HTTP/2, its status is no number of three digits.
    case malformedResponse(ResponseFault)
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

extension HandshakeError {
    /// What `read` gives; a response that is no HTTP ends the handshake.
    package static func reading<Value>(
        _ read: () throws(ResponseFault) -> Value
    ) throws(HandshakeError) -> Value {
        do throws(ResponseFault) {
            return try read()
        } catch {
            throw .malformedResponse(error)
        }
    }
}

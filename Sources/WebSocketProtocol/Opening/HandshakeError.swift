import HTTP

/// Why a client's opening handshake failed (RFC 6455 §4.1). The cause is always the peer.
package enum HandshakeError: Error, Equatable, Sendable {
    /// The response is not valid HTTP; on an HTTP/2 stream, its status is not a number of three digits.
    case malformedResponse(ResponseFault)
    /// The status is not 101; on an HTTP/2 stream, not 2xx.
    case unexpectedStatus(Int)
    /// The status is 3xx, with the field `Location`.
    case redirected(Int, location: String)
    /// The proxy answered `CONNECT` with this status, not 2xx.
    case refusedByProxy(Int)
    /// `Upgrade` is not `websocket`.
    case missingUpgrade
    /// `Connection` does not list `Upgrade`.
    case missingConnection
    /// `Sec-WebSocket-Accept` is missing, duplicated or does not match the client's key.
    case wrongAcceptKey(seen: [String])
    /// A subprotocol that was not offered, or several.
    case unofferedSubprotocol(String)
    /// An extension that was not offered, or parameters that the offer does not allow.
    case unofferedExtension(String)
    /// The response does not begin with the three lines that hixie-75 prescribes.
    case wrongPreamble
    /// A hixie server's origin is missing, duplicated or not the client's.
    case wrongOrigin(seen: [String])
    /// A hixie server's URL is missing, duplicated or not the requested one.
    case wrongLocation(seen: [String])
    /// The 16 bytes after the response headers do not answer hixie-76's challenge.
    case wrongChallengeAnswer
}

extension HandshakeError {
    /// The error of a response that refuses the handshake.
    package static func refused(_ status: Int, _ fields: HeaderFields) -> HandshakeError {
        let location = fields.single("Location")
        guard let location, Redirection.sentence(status, to: location) != nil else { return .unexpectedStatus(status) }
        return .redirected(status, location: location)
    }

    /// Returns the result of `read`, and converts its error.
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

extension HandshakeError: CustomStringConvertible {
    /// One sentence for the client's user, without saying what failed.
    package var description: String {
        switch self {
        case .malformedResponse(let fault): fault.description
        case .unexpectedStatus(let status): "the server answered \(status) and did not open a WebSocket"
        case .redirected(let status, let location):
            Redirection.sentence(status, to: location) ?? "the server answered \(status)"
        case .refusedByProxy(let status): Self.refusal(byProxy: status)
        case .missingUpgrade: "the response has no header Upgrade: websocket"
        case .missingConnection: "the response has no header Connection: Upgrade"
        case .wrongAcceptKey([]): "the response has no Sec-WebSocket-Accept header"
        case .wrongAcceptKey(let seen):
            "Sec-WebSocket-Accept is \(Self.shown(seen)), which does not match the client's key"
        case .unofferedSubprotocol(""): "the server chose no subprotocol; the client offered one and requires it"
        case .unofferedSubprotocol(let name):
            "the server chose the subprotocol \(name.quotedLine), which the client did not offer"
        case .unofferedExtension(let text):
            "the server chose the extension \(text.quotedLine), which the client did not offer with these parameters"
        case .wrongPreamble: "the response does not begin with the three lines of hixie-75"
        case .wrongOrigin(let seen): "the server sent the origin \(Self.shown(seen)), not the client's"
        case .wrongLocation(let seen): "the server sent the URL \(Self.shown(seen)), not the requested one"
        case .wrongChallengeAnswer: "the server did not answer the challenge of hixie-76"
        }
    }

    private static func refusal(byProxy status: Int) -> String {
        status == 407
            ? "the proxy answered 407; it requires user and password: http://USER:PASSWORD@HOST:PORT"
            : "the proxy answered \(status), not 200"
    }

    private static func shown(_ values: [String]) -> String {
        values.map(\.quotedLine).joined(separator: ", ")
    }
}

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

extension HandshakeError: CustomStringConvertible {
    /// One sentence for the client's user, without the subject of what failed.
    package var description: String {
        switch self {
        case .malformedResponse(let fault): fault.description
        case .unexpectedStatus(let status): "the server answered \(status) and did not open a WebSocket"
        case .refusedByProxy(let status): Self.refusal(byProxy: status)
        case .missingUpgrade: "the answer has no field Upgrade: websocket"
        case .missingConnection: "the answer has no field Connection: Upgrade"
        case .wrongAcceptKey([]): "the answer has no Sec-WebSocket-Accept"
        case .wrongAcceptKey(let seen):
            "Sec-WebSocket-Accept is \(Self.shown(seen)), which does not answer the client's key"
        case .unofferedSubprotocol(""): "the server chose no subprotocol; the client offered one and needs it"
        case .unofferedSubprotocol(let name):
            "the server chose the subprotocol \(Self.shown(name)), which the client did not offer"
        case .unofferedExtension(let text):
            "the server chose the extension \(Self.shown(text)), which the client did not offer in this form"
        case .wrongPreamble: "the answer does not begin with the three lines of hixie-75"
        case .wrongOrigin(let seen): "the server named the origin \(Self.shown(seen)), not the client's"
        case .wrongLocation(let seen): "the server named the URL \(Self.shown(seen)), not the one that was requested"
        case .wrongChallengeAnswer: "the server did not answer the challenge of hixie-76"
        }
    }

    private static func refusal(byProxy status: Int) -> String {
        status == 407
            ? "the proxy answered 407; it needs a user and a password, http://USER:PASSWORD@HOST:PORT"
            : "the proxy answered \(status), not 200"
    }

    private static func shown(_ values: [String]) -> String {
        values.map { shown($0) }.joined(separator: ", ")
    }

    // What a peer sent stays on one line.
    private static func shown(_ text: String) -> String {
        let printable = text.prefix(80).map { $0.isASCII && !$0.isNewline && $0 >= " " ? $0 : "?" }
        return "'\(String(printable))'"
    }
}

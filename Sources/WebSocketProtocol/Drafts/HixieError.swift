/// What the peer did wrong after a hixie handshake. The drafts have no code to say it with: drop the connection.
package enum HixieError: Error, Equatable, Sendable {
    /// The frame is above this side's limit, or has not ended there.
    case oversizedFrame(allowedBytes: Int)
    /// The length of a frame is written in more bytes than any allowed length needs.
    case endlessLength
    /// A text frame is not UTF-8. The drafts put U+FFFD for what is wrong; here it ends the connection, as in RFC 6455.
    case invalidUTF8
}

extension HixieError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .oversizedFrame(let allowed): "a frame is larger than \(allowed) B, which is what is allowed"
        case .endlessLength: "the length of a frame does not end"
        case .invalidUTF8: "a text frame is not UTF-8"
        }
    }
}

import Codecs
import Measurement

/// The cookies of a signed-in user as the web framework Django sets them: a token against forged requests and the
/// session's name, 32 characters each.
enum SessionCookie {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
    private static let sessionAlphabet = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)

    static func value(session: UInt64) -> String {
        var random = SeededGenerator(seed: session)
        let token = text(32, of: letters + sessionAlphabet, &random)
        return "csrftoken=\(token); sessionid=\(text(32, of: sessionAlphabet, &random))"
    }

    private static func text(_ count: Int, of alphabet: [UInt8], _ random: inout SeededGenerator) -> String {
        let bytes = (0..<count).map { _ in alphabet[Int(random.uniform(below: UInt64(alphabet.count)))] }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// An access token as identity providers issue it: a JSON Web Token (RFC 9068) with an RSA signature of 2,048 bits.
///
/// The signature is random bytes, because no server checks it. All clients' tokens have the same length.
enum BearerCredential {
    static func value(session: UInt64) -> String {
        var random = SeededGenerator(seed: session)
        let header = #"{"alg":"RS256","typ":"at+jwt","kid":"Nk3eX0vBq7dGfT2sLw9uYh"}"#
        let claims =
            #"{"iss":"https://id.example.com/","sub":"\#(identifier(&random))","aud":"https://api.example.com","#
            + #""client_id":"dashboard","iat":1767225600,"exp":1767229200,"jti":"\#(identifier(&random))","#
            + #""scope":"openid profile feed:read"}"#
        let signature = (0..<256).map { _ in UInt8(truncatingIfNeeded: random.next() >> 56) }
        return "Bearer " + [Array(header.utf8), Array(claims.utf8), signature].map(urlText).joined(separator: ".")
    }

    /// A random UUID (RFC 9562 §5.4).
    private static func identifier(_ random: inout SeededGenerator) -> String {
        let digits = (0..<32).map { place in
            switch place {
            case 12: "4"
            case 16: String(8 + random.uniform(below: 4), radix: 16)
            default: String(random.uniform(below: 16), radix: 16)
            }
        }
        let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
        return parts.map { digits[$0].joined() }.joined(separator: "-")
    }

    /// Base64 for URLs, without padding (RFC 4648 §5, RFC 7515 §2).
    private static func urlText(_ bytes: [UInt8]) -> String {
        let text = Base64.encode(bytes).replacing("+", with: "-").replacing("/", with: "_")
        return String(text.prefix { $0 != "=" })
    }
}

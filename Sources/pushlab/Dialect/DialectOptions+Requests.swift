import ArgumentParser
import Arguments
import HTTP
import Host
import Measurement
import Transports

/// The options that change requests.
extension DialectOptions {
    private static let tokenRule = "letters, digits and !#$%&'*+-.^_`|~"

    static func subprotocolOffer(_ text: String) throws -> SubprotocolOffer {
        switch text {
        case "own": return .own
        case "none": return .none
        default:
            if text.isToken { return .named(text) }
            throw ValidationError("allowed own, none or a name of \(tokenRule)")
        }
    }

    // MARK: Path and query

    /// Path and query of each request; `nil` for the transport's own.
    ///
    /// - Parameter transport: Its path is used if only a query is given; `nil` to check the options alone.
    /// - Returns: Begins with `/`.
    /// - Throws: `ValidationError`.
    func target(of transport: (any PushTransport.Type)?) throws -> String? {
        if let path {
            guard path.hasPrefix("/") else {
                throw ValidationError(
                    "--path is \(ShownValue.text(path.prefix { $0 != "?" })); allowed a path that begins with /, such "
                        + "as /ws")
            }
            try Self.checkTarget(path, of: "--path")
        }
        guard let query else { return path }
        if query.isEmpty { throw ValidationError("--query is empty; allowed text such as room=1&lang=en") }
        if let first = query.first, "?&".contains(first) {
            throw ValidationError("--query begins with \(first), which is added by itself; leave it out")
        }
        try Self.checkTarget(query, of: "--query")
        guard let base = path ?? transport?.entrance.text else { return nil }
        return base + (base.contains("?") ? "&" : "?") + query
    }

    // RFC 9112 §3.2: visible ASCII. A fragment is not part of a request.
    private static func checkTarget(_ text: String, of option: String) throws {
        let forbidden = { (byte: UInt8) in byte <= 0x20 || byte >= 0x7f || byte == UInt8(ascii: "#") }
        guard let place = text.utf8.firstIndex(where: forbidden) else { return }
        throw ValidationError(
            "\(option) has \(name(of: text.utf8[place])) at \(position(place, in: text)); allowed visible ASCII "
                + "characters without #, others as %20")
    }

    private static func name(of byte: UInt8) -> String {
        switch byte {
        case 0x20: "a space"
        case UInt8(ascii: "#"): "#"
        case 0x80...: "a character that is not ASCII"
        default: "a control character"
        }
    }

    private static func position(_ place: String.Index, in text: String) -> String {
        "position \(text.utf8.distance(from: text.utf8.startIndex, to: place) + 1)"
    }

    // MARK: Header fields

    func fields() throws -> [ServerDialect.HeaderLine] {
        var fields: [ServerDialect.HeaderLine] = []
        for text in headers {
            let field = try Self.field(text)
            if fields.contains(where: { $0.name.equalsIgnoringCase(field.name) }) {
                throw ValidationError("--header \(field.name) is given twice; allowed once")
            }
            fields.append(field)
        }
        if let cookie {
            try checkAlone("Cookie", "--cookie", fields)
            fields.append(ServerDialect.HeaderLine(name: "Cookie", value: try Self.cookieValue(cookie)))
        }
        if let bearerFile {
            try checkAlone("Authorization", "--bearer-file", fields)
            let token = try Self.token(in: bearerFile)
            fields.append(ServerDialect.HeaderLine(name: "Authorization", value: "Bearer \(token)"))
        }
        return fields
    }

    private func checkAlone(_ name: String, _ option: String, _ fields: [ServerDialect.HeaderLine]) throws {
        guard fields.contains(where: { $0.name.equalsIgnoringCase(name) }) else { return }
        throw ValidationError("--header \(name) and \(option) are both given; give one")
    }

    // Fields that decide how a message is read, or that the handshake computes.
    private static let clientsOwn = [
        "connection", "content-length", "expect", "keep-alive", "proxy-connection", "sec-websocket-accept",
        "sec-websocket-key", "sec-websocket-version", "trailer", "transfer-encoding", "upgrade",
    ]

    private static func field(_ text: String) throws -> ServerDialect.HeaderLine {
        let form = "allowed NAME: VALUE, such as --header 'Accept: text/plain'"
        guard let colon = text.firstIndex(of: ":") else { throw ValidationError("--header has no colon; \(form)") }
        let name = String(text[..<colon])
        guard name.isToken else {
            throw ValidationError("--header has the name \(ShownValue.text(name)); allowed \(tokenRule)")
        }
        let value = String(text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" })
        if value.isEmpty { throw ValidationError("--header \(name) has no value; \(form)") }
        guard value.utf8.allSatisfy(\.isFieldByte) else {
            throw ValidationError("--header \(name) has a control character in its value; allowed text and tabs")
        }
        if let reason = refusal(of: name.lowercased(), value) { throw ValidationError("--header \(name) \(reason)") }
        return ServerDialect.HeaderLine(name: name, value: value)
    }

    private static func refusal(of name: String, _ value: String) -> String? {
        switch name {
        case "sec-websocket-protocol": return "is set by --subprotocol"
        case "sec-websocket-extensions": return "is set by --option deflate"
        case "accept-encoding" where value.lowercased() != "identity":
            return "asks for a coding that clients do not decode; allowed identity, and for compressed polls --option "
                + "gzip=true"
        default: return clientsOwn.contains(name) ? "is set by the client; leave it out" : nil
        }
    }

    private static func cookieValue(_ text: String) throws -> String {
        if text.isEmpty { throw ValidationError("--cookie is empty; allowed text such as 'sid=1; lang=en'") }
        guard let place = text.utf8.firstIndex(where: { $0 < 0x20 || $0 >= 0x7f }) else { return text }
        throw ValidationError(
            "--cookie has \(name(of: text.utf8[place])) at \(position(place, in: text)); allowed visible ASCII "
                + "characters and spaces")
    }

    // MARK: The token

    private static let longestToken = 8_192

    /// The token on the first line of a file. No error shows it.
    private static func token(in path: String) throws -> String {
        let bytes: [UInt8]
        do { bytes = try TextFile.readBytes(path) } catch { throw ValidationError("--bearer-file: \(error)") }
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        // RFC 6750 §2.1: b64token.
        let padding = line.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        let isToken = line.dropLast(padding).allSatisfy { byte in
            let scalar = Character(Unicode.Scalar(byte))
            return scalar.isASCII && (scalar.isLetter || scalar.isNumber || "-._~+/".contains(scalar))
        }
        guard isToken, line.count > padding, line.count <= longestToken else {
            throw ValidationError(
                "\(path):1: the token is not valid; allowed 1 to \(longestToken) letters, digits and -._~+/, then any "
                    + "number of =")
        }
        return String(decoding: line, as: UTF8.self)
    }

    /// A sentence if other users of this machine can read the token; otherwise `nil`.
    var warning: String? {
        guard let bearerFile, let mode = FileMode(bearerFile), mode.isOpenToOthers else { return nil }
        return "--bearer-file: other users of this machine can read \(bearerFile) (mode \(mode.text)); to prevent it: "
            + "chmod 600 \(bearerFile)"
    }
}

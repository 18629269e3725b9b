/// What HTTP/2 allows in the names and values of fields (RFC 9113 §8.2).
enum FieldRules {
    /// - Throws: ``HTTP2RequestFault`` for a name that is not a token in lower case, or not allowed in HTTP/2, and for
    ///   a value with a line break or NUL.
    static func check(_ name: String, _ value: String) throws(HTTP2RequestFault) {
        guard !name.isEmpty, name.utf8.allSatisfy({ $0.isTokenByte && !(0x41...0x5a).contains($0) }) else {
            throw HTTP2RequestFault(sentence: "a field name is not a token in lower case")
        }
        try check(value)
        switch name {
        // Fields that belong to a connection of HTTP/1.1 (RFC 9113 §8.2.2).
        case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade":
            throw HTTP2RequestFault(sentence: "the field \(name) is not allowed in HTTP/2")
        case "te":
            if value != "trailers" {
                throw HTTP2RequestFault(sentence: "the field te is \(value); allowed is trailers")
            }
        default: break
        }
    }

    /// - Throws: ``HTTP2RequestFault`` for a value with a line break or NUL.
    static func check(_ value: String) throws(HTTP2RequestFault) {
        guard value.utf8.allSatisfy({ $0 != 0x0d && $0 != 0x0a && $0 != 0x00 }) else {
            throw HTTP2RequestFault(sentence: "a field value contains a line break or NUL")
        }
    }
}

/// The pseudo-header fields of a request (RFC 9113 §8.3.1, RFC 8441 §4), each at most once.
struct PseudoFields {
    private(set) var method: String?
    private(set) var scheme: String?
    private(set) var path: String?
    private(set) var authority: String?
    private(set) var connectProtocol: String?

    /// - Throws: ``HTTP2RequestFault`` for a name that a request must not have, or has already, and for a value with a
    ///   line break or NUL.
    mutating func add(_ name: String, _ value: String) throws(HTTP2RequestFault) {
        try FieldRules.check(value)
        switch name {
        case ":method": try Self.set(&method, name, value)
        case ":scheme": try Self.set(&scheme, name, value)
        case ":path": try Self.set(&path, name, value)
        case ":authority": try Self.set(&authority, name, value)
        case ":protocol": try Self.set(&connectProtocol, name, value)
        default: throw HTTP2RequestFault(sentence: "\(name) is not allowed in a request")
        }
    }

    private static func set(_ field: inout String?, _ name: String, _ value: String) throws(HTTP2RequestFault) {
        if field != nil { throw HTTP2RequestFault(sentence: "\(name) appears twice") }
        field = value
    }
}

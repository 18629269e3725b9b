import Measurement

/// A feed in a Redis stream, for several servers: `redis://HOST:PORT/STREAM`.
///
/// The key STREAM has one entry per item, see ``StreamEntry``. The key `STREAM:epoch` has the instant from which due
/// times count, see ``StreamEpoch``. One program writes both.
package struct RedisStream: Hashable, Sendable {
    /// Name or address of the Redis server; an IPv6 address without brackets.
    package let host: String
    package let port: Int
    /// Name of the stream's key.
    package let key: String

    /// Allowed text, for help and errors.
    package static let form = "redis://HOST:PORT/STREAM"
    /// The port of Redis if the text has none.
    static let standardPort = 6_379
    private static let scheme = "redis://"
    private static let longestKey = 200

    /// Reads ``form``; the port is optional.
    ///
    /// - Throws: ``RedisStreamFault`` for any other text.
    package init(_ text: String) throws(RedisStreamFault) {
        if text.hasPrefix("rediss:") { throw .encrypted }
        guard text.hasPrefix(Self.scheme) else { throw .malformed(seen: text) }
        let rest = text.dropFirst(Self.scheme.count)
        if rest.contains("@") { throw .password }
        let pattern = /(?:\[([0-9A-Fa-f:.%]+)\]|([^:\/\[\]\s?#]+))(?::([0-9]{1,9}))?\/([^\/?#\s]+)/
        guard let found = rest.wholeMatch(of: pattern), let host = found.1 ?? found.2 else {
            throw .malformed(seen: text)
        }
        let port = found.3.flatMap { Int($0) } ?? Self.standardPort
        guard (1...65_535).contains(port) else { throw .port(port) }
        let key = String(found.4)
        let isAllowed = key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._:".contains($0)) }
        guard isAllowed, key.utf8.count <= Self.longestKey else { throw .key(seen: key) }
        (self.host, self.port, self.key) = (String(host), port, key)
    }

    /// A stream named `items` of a Redis server on this machine.
    ///
    /// - Parameter port: Where the server listens, 1 to 65535.
    package init(loopbackPort port: Int) {
        (host, self.port, key) = ("127.0.0.1", port, "items")
    }

    /// Name of the key with the feed's epoch.
    package var epochKey: String { key + ":epoch" }

    /// The form that ``init(_:)`` reads, with the port.
    package var text: String { "\(Self.scheme)\(host.contains(":") ? "[\(host)]" : host):\(port)/\(key)" }
}

/// Why a text does not name a Redis stream.
package enum RedisStreamFault: Error, Equatable, CustomStringConvertible {
    case malformed(seen: String)
    /// The text has a user or a password, which is never shown.
    case password
    case encrypted
    case port(Int)
    case key(seen: String)

    package var description: String { "the stream \(complaint)" }

    /// The sentence without its subject.
    package var complaint: String {
        switch self {
        case .malformed(let seen): "is \(ShownValue.text(seen)); allowed \(RedisStream.form)"
        case .password:
            "has a user or a password; allowed \(RedisStream.form), of a Redis server that needs no password"
        case .encrypted: "has the scheme rediss; allowed \(RedisStream.form), without TLS"
        case .port(let port): "has port \(port); allowed 1 to 65535"
        case .key(let seen): "has the stream \(ShownValue.text(seen)); allowed 1 to 200 letters, digits and -._:"
        }
    }
}

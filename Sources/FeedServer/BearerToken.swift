import HTTP

/// A secret that requests carry in their `Authorization` field (RFC 6750).
struct BearerToken: Sendable {
    private static let scheme = "bearer "

    private let bytes: [UInt8]

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    func isCarried(by head: RequestHead) -> Bool {
        // The scheme's name is case-insensitive (RFC 9110 §11.1).
        guard let value = head.value(of: "authorization"), value.lowercased().hasPrefix(Self.scheme) else {
            return false
        }
        return Self.isEqual(Array(value.utf8.dropFirst(Self.scheme.utf8.count)), bytes)
    }

    // In constant time, wherever the first difference is, so that a token cannot be guessed byte by byte.
    private static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

import HTTP

/// The cursor of a client whose server has validators (RFC 9110 §8.8): those of the last response with an item, which
/// the next request sends back as `If-None-Match` and `If-Modified-Since`.
struct ValidatorCursor: Sendable {
    // Names of the fields that the dialect does not set itself.
    private let tagName: String?
    private let dateName: String?
    // Of the response under way.
    private var seen: [String] = []

    /// The field lines of the next request.
    private(set) var fieldLines: [String] = []

    /// How the validators of a response with an item differ from those of the one before.
    enum Change {
        /// The server repeats itself.
        case same
        case moved
        /// The server has no validators.
        case unknown
    }

    /// Longest validator that is sent back, in bytes.
    static let maximumBytes = 1_024

    /// - Returns: `nil` if the dialect has another cursor.
    init?(_ dialect: ServerDialect) {
        guard dialect.cursor == .validators else { return nil }
        tagName = dialect.hasField("If-None-Match") ? nil : "If-None-Match"
        dateName = dialect.hasField("If-Modified-Since") ? nil : "If-Modified-Since"
    }

    /// The next request begins.
    mutating func begin() {
        seen = []
    }

    mutating func responseBegan(_ coding: ResponseCoding) {
        seen = [Self.line(tagName, coding.entityTag), Self.line(dateName, coding.lastModified)].compactMap { $0 }
    }

    /// The response is complete, and it had an item. The next request sends its validators.
    mutating func responseHadItem() -> Change {
        defer { fieldLines = seen }
        if seen.isEmpty { return .unknown }
        return seen == fieldLines ? .same : .moved
    }

    // A value that no request can have is not sent back.
    private static func line(_ name: String?, _ value: String?) -> String? {
        guard let name, let value, !value.isEmpty, value.utf8.count <= maximumBytes,
            value.utf8.allSatisfy(\.isFieldByte)
        else { return nil }
        return "\(name): \(value)"
    }
}

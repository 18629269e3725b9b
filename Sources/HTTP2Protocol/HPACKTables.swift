import NIOCore

/// The fields that every HPACK coder knows (RFC 7541, appendix A).
enum StaticTable {
    static let fields: [(name: String, value: String)] = [
        (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"),
        (":scheme", "http"), (":scheme", "https"), (":status", "200"), (":status", "204"), (":status", "206"),
        (":status", "304"), (":status", "400"), (":status", "404"), (":status", "500"), ("accept-charset", ""),
        ("accept-encoding", "gzip, deflate"), ("accept-language", ""), ("accept-ranges", ""), ("accept", ""),
        ("access-control-allow-origin", ""), ("age", ""), ("allow", ""), ("authorization", ""),
        ("cache-control", ""), ("content-disposition", ""), ("content-encoding", ""), ("content-language", ""),
        ("content-length", ""), ("content-location", ""), ("content-range", ""), ("content-type", ""),
        ("cookie", ""), ("date", ""), ("etag", ""), ("expect", ""), ("expires", ""), ("from", ""), ("host", ""),
        ("if-match", ""), ("if-modified-since", ""), ("if-none-match", ""), ("if-range", ""),
        ("if-unmodified-since", ""), ("last-modified", ""), ("link", ""), ("location", ""), ("max-forwards", ""),
        ("proxy-authenticate", ""), ("proxy-authorization", ""), ("range", ""), ("referer", ""), ("refresh", ""),
        ("retry-after", ""), ("server", ""), ("set-cookie", ""), ("strict-transport-security", ""),
        ("transfer-encoding", ""), ("user-agent", ""), ("vary", ""), ("via", ""), ("www-authenticate", ""),
    ]

    /// For each name the index of its first field, from 1.
    static let indices = Dictionary(
        fields.enumerated().map { ($1.name, $0 + 1) }, uniquingKeysWith: { first, _ in first })

    /// Searches for a field.
    ///
    /// - Returns: An index of its name, and whether that field has the value too; `nil` for an unknown name.
    static func find(_ name: String, _ value: String) -> (index: Int, hasValue: Bool)? {
        guard let first = indices[name] else { return nil }
        var index = first
        while index <= fields.count, fields[index - 1].name == name {
            if fields[index - 1].value == value { return (index, true) }
            index += 1
        }
        return (first, false)
    }
}

/// The fields that an encoder has added to its table (RFC 7541 §2.3.2).
struct DynamicTable {
    /// Maximum of all fields together; a name and a value count 32 B more than they have.
    private(set) var limit = 4_096
    private var fields = CircularBuffer<(name: String, value: String)>(initialCapacity: 8)
    private var bytes = 0

    /// Searches for a field, the newest first.
    ///
    /// - Returns: Its position, from 0, and whether it has the value too; `nil` if none has the name.
    func find(_ name: String, _ value: String) -> (position: Int, hasValue: Bool)? {
        var named: Int?
        for (position, field) in fields.enumerated() where field.name == name {
            if field.value == value { return (position, true) }
            if named == nil { named = position }
        }
        return named.map { ($0, false) }
    }

    /// Adds a field, and drops the oldest ones that have no room (RFC 7541 §4.4).
    mutating func add(_ name: String, _ value: String) {
        let added = Self.bytes(name, value)
        while bytes + added > limit, !fields.isEmpty { dropOldest() }
        if added > limit { return }
        fields.prepend((name, value))
        bytes += added
    }

    mutating func resize(to limit: Int) {
        self.limit = limit
        while bytes > limit, !fields.isEmpty { dropOldest() }
    }

    private mutating func dropOldest() {
        let oldest = fields.removeLast()
        bytes -= Self.bytes(oldest.name, oldest.value)
    }

    private static func bytes(_ name: String, _ value: String) -> Int { name.utf8.count + value.utf8.count + 32 }
}

import HTTP

/// Path and query of a client's requests.
struct RequestTarget: Sendable {
    // Up to the cursor, or all of it.
    private let beginning: String
    // What follows the cursor; `nil` if the target has no cursor.
    private let ending: String?

    /// - Parameters:
    ///   - dialect: Says where the requests go, and whether they have the cursor in their query.
    ///   - path: The transport's own path.
    ///   - query: What the transport adds to the query after the cursor, with the `&` before it.
    init(_ dialect: ServerDialect, path: StaticString, query: String = "") {
        let target = dialect.target ?? "\(path)"
        let hasCursor = dialect.cursor == .own
        beginning = hasCursor ? target + Self.separator(after: target) + "after=" : target
        ending = hasCursor ? query : nil
    }

    /// - Parameter target: The same for each request.
    init(fixed target: String) {
        beginning = target
        ending = nil
    }

    func text(after cursor: UInt64) -> String {
        guard let ending else { return beginning }
        return "\(beginning)\(cursor)\(ending)"
    }

    private static func separator(after target: String) -> String {
        if target.hasSuffix("?") || target.hasSuffix("&") { return "" }
        return target.contains("?") ? "&" : "?"
    }
}

extension ServerDialect {
    /// The lines of the transport that no field of the dialect replaces, and then the dialect's.
    func replacing(_ lines: [String]) -> [String] {
        fields.isEmpty ? lines : kept(lines) + fields.map(\.line)
    }

    /// The lines of the transport that no field of the dialect replaces.
    func kept(_ lines: [String]) -> [String] {
        fields.isEmpty ? lines : lines.filter { line in !hasField(line.prefix { $0 != ":" && $0 != ";" }) }
    }

    /// Whether items have the boundary and the form of PushLab's.
    var hasOwnItems: Bool { boundary == .own && form == .own }

    func hasField(_ name: some StringProtocol) -> Bool {
        fields.contains { $0.name.equalsIgnoringCase(name) }
    }
}

extension ListenerSetup {
    /// Value of the `Host` field of an opening handshake.
    var handshakeHost: String {
        dialect.fields.first { $0.name.equalsIgnoringCase("Host") }?.value ?? host
    }

    /// The fields of an opening handshake in addition to those that open it.
    var handshakeFields: [(name: String, value: String)] {
        if dialect.fields.isEmpty { return profileFields }
        let added = dialect.fields.filter { !$0.name.equalsIgnoringCase("Host") }
        return profileFields.filter { !dialect.hasField($0.name) } + added.map { ($0.name, $0.value) }
    }
}

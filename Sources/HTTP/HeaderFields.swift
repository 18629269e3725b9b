/// HTTP header fields, in order. Names are case-insensitive.
package struct HeaderFields: Sendable {
    private let fields: [(name: String, value: String)]

    package init(_ fields: [(name: String, value: String)]) {
        self.fields = fields
    }

    /// The values of every field of that name.
    package func values(_ name: String) -> [String] {
        fields.filter { $0.name.equalsIgnoringCase(name) }.map { $0.value.trimmingOptionalSpace() }
    }

    /// The value, if the field occurs exactly once.
    package func single(_ name: String) -> String? {
        let all = values(name)
        return all.count == 1 ? all[0] : nil
    }

    /// The elements of a comma-separated field, over all its lines.
    package func list(_ name: String) -> [String] {
        values(name).flatMap { $0.listElements() }
    }

    package func list(_ name: String, contains token: String) -> Bool {
        list(name).contains { $0.equalsIgnoringCase(token) }
    }

    /// Whether any field's name has this prefix, in any case.
    package func hasName(beginningWith beginning: String) -> Bool {
        fields.contains { $0.name.prefix(beginning.count).equalsIgnoringCase(beginning) }
    }

    /// Each field, its name in lower case.
    var folded: [ResponseField] { fields.map { ResponseField($0.name.lowercased(), $0.value) } }
}

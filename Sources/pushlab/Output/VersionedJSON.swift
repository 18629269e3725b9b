import ResultFiles

/// What `explain` and `watch` print for programs: a document with the version of its fields.
struct VersionedJSON<Document: Encodable>: Encodable {
    private let document: Document

    private enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
    }

    /// - Parameter document: Encoded as an object, not as a list or a single value.
    init(_ document: Document) {
        self.document = document
    }

    func encode(to encoder: any Encoder) throws {
        try document.encode(to: encoder)
        // The encoder adds this field to the document's own.
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(CommandOutput.schemaVersion, forKey: .schemaVersion)
    }

    /// The text without a line end behind it; on one line if several follow each other.
    func text(isOneLine: Bool = false) throws -> String { try ResultJSON.text(of: self, isOneLine: isOneLine) }
}

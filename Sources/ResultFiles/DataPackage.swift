#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A Frictionless Data Package (version 1): the description of a folder's CSV files for other programs.
package struct DataPackage: Encodable, Sendable {
    private let profile: String
    private let name: String
    private let title: String
    private let resources: [Resource]

    /// Describes a run's folder.
    ///
    /// - Parameters:
    ///   - manifest: The run's manifest, with the recordings that were copied.
    ///   - fileNames: Names of the CSV files in the folder.
    package init(_ manifest: Manifest, fileNames: [String]) {
        // The specification requires a name in lower case.
        name = "\(manifest.scenario.name)-\(manifest.runID)".lowercased()
        title = "PushLab results of \(manifest.scenario.name)"
        let tables = ResultSchema.tables.filter { fileNames.contains($0.fileName) }.map {
            Resource.table(TableResource($0))
        }
        let files = (manifest.recordings ?? []).flatMap(FileResource.all).map(Resource.file)
        // A tabular data package may contain only tables.
        profile = files.isEmpty ? "tabular-data-package" : "data-package"
        resources = tables + files
    }

    /// The text of `datapackage.json`.
    package func json() throws -> String {
        try ResultJSON.text(of: self) + "\n"
    }
}

private enum Resource: Encodable {
    case table(TableResource)
    case file(FileResource)

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .table(let table): try table.encode(to: encoder)
        case .file(let file): try file.encode(to: encoder)
        }
    }
}

/// A copy of a recording, or of its due times.
private struct FileResource: Encodable {
    let profile = "data-resource"
    let name: String
    let path: String
    let description: String
    let format = "txt"
    let mediatype = "text/plain"
    let encoding = "utf-8"
    let hash: String

    static func all(_ recording: Manifest.RecordingRecord) -> [FileResource] {
        guard let file = recording.file else { return [] }
        let items = FileResource(
            file, "Recording that a feed replays: the data of one item per line.", sha256: recording.sha256)
        let dues = recording.dueSHA256.map {
            FileResource(
                file + ".due", "Due time of each item of the recording, in microseconds, one per line.", sha256: $0)
        }
        return [items] + (dues.map { [$0] } ?? [])
    }

    private init(_ path: String, _ description: String, sha256: String) {
        self.path = path
        self.description = description
        // The specification allows lower-case letters, digits and `.-_/`.
        name = path
        hash = "sha256:\(sha256)"
    }
}

private struct TableResource: Encodable {
    let profile = "tabular-data-resource"
    let name: String
    let path: String
    let description: String
    let format = "csv"
    let mediatype = "text/csv"
    let encoding = "utf-8"
    let dialect = Dialect()
    let schema: Schema

    init(_ table: ResultTable) {
        name = String(table.fileName.prefix { $0 != "." })
        path = table.fileName
        description = table.summary
        schema = Schema(fields: table.columns.map(Field.init), primaryKey: table.key)
    }

    struct Dialect: Encodable {
        let delimiter = ","
        let lineTerminator = "\r\n"
        let quoteChar = "\""
        let doubleQuote = true
        let header = true
    }

    struct Schema: Encodable {
        let fields: [Field]
        let primaryKey: [String]
        let missingValues = [""]
    }

    struct Field: Encodable {
        let name: String
        let type: String
        let format: String?
        let unit: String?
        let description: String
        let constraints: FieldConstraints?

        init(_ column: CSVColumn) {
            name = column.name
            type = column.kind.rawValue
            // The default datetime format of the specification has no milliseconds.
            format = column.kind == .datetime ? "any" : nil
            unit = column.unit
            description = column.description + (column.emptyMeaning.map { " Empty: \($0)." } ?? "")
            constraints = FieldConstraints(column)
        }
    }

    struct FieldConstraints: Encodable {
        var required: Bool?
        var minimum: Double?
        var maximum: Double?
        var values: [String]?

        private enum CodingKeys: String, CodingKey {
            case required, minimum, maximum
            case values = "enum"
        }

        init?(_ column: CSVColumn) {
            required = column.emptyMeaning == nil ? true : nil
            minimum = column.constraints.minimum
            maximum = column.constraints.maximum
            values = column.constraints.values.isEmpty ? nil : column.constraints.values
            if required == nil, minimum == nil, maximum == nil, values == nil { return nil }
        }
    }
}

/// JSON as files and commands print it: the same bytes for the same content.
package enum ResultJSON {
    /// - Parameters:
    ///   - value: What is printed.
    ///   - isOneLine: Whether it has no line ends, for programs; otherwise it is indented.
    /// - Returns: The text, without a line end behind it.
    /// - Throws: The encoder's error, for a number that JSON does not have.
    package static func text(of value: some Encodable, isOneLine: Bool = false) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if !isOneLine { encoder.outputFormatting.insert(.prettyPrinted) }
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
